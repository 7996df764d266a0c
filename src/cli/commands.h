#pragma once
// One function a command; each answers with how it ended.

#include "cli/options.h"
#include "cli/output.h"

namespace envlink::cli {

Outcome run_init(const Options& options);
Outcome run_plan(const Options& options);
Outcome run_apply(const Options& options);
Outcome run_verify(const Options& options);
Outcome run_status(const Options& options);
Outcome run_groups(const Options& options);
Outcome run_rehearse(const Options& options);
Outcome run_explain(const Options& options);
Outcome run_resume(const Options& options);
Outcome run_rollback(const Options& options);
Outcome run_runs(const Options& options);
Outcome run_report(const Options& options);
Outcome run_validate(const Options& options);
Outcome run_emulate(const Options& options);
Outcome run_doctor(const Options& options);
Outcome run_completion(const Options& options);
/// What a shell asks while somebody types: a word, a tab and what it does in a line each; ":files" for files.
Outcome run_complete(const Options& options);
Outcome run_manual(const Options& options);
Outcome run_version(const Options& options);

}  // namespace envlink::cli
