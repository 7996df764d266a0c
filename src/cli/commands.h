#pragma once
// One function a command; each answers with the exit code.

#include "cli/options.h"

namespace envlink::cli {

int run_init(const Options& options);
int run_plan(const Options& options);
int run_apply(const Options& options);
int run_verify(const Options& options);
int run_status(const Options& options);
int run_groups(const Options& options);
int run_rehearse(const Options& options);
int run_explain(const Options& options);
int run_resume(const Options& options);
int run_rollback(const Options& options);
int run_runs(const Options& options);
int run_report(const Options& options);
int run_validate(const Options& options);
int run_emulate(const Options& options);
int run_doctor(const Options& options);
int run_completion(const Options& options);
/// What a shell asks while somebody types: a word, a tab and what it does in a line each; ":files" for files.
int run_complete(const Options& options);
int run_manual(const Options& options);
int run_version(const Options& options);

}  // namespace envlink::cli
