#pragma once
// A run of a rollout from where it stands to its end: journalled, watched, proved, told.

#include "cli/desk.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "plan/plan.h"

namespace envlink::cli {

/// All answer with the exit code. A failure is rolled back where the file says so.
int carry_out(Session& session, Desk& desk, const plan::Plan& plan, const Options& options);
int go_on(Session& session, Desk& desk, const StoredRun& run, const Options& options);
/// A plan after which nothing is proved: the rollback of a run, which is closed as well, or links alone. With
/// -o json what became of each link goes to stdout.
int carry_through(Session& session, Desk& desk, const plan::Plan& plan, const Options& options);

/// True when --yes says so or a person does. Otherwise `code` is what the command ends with.
bool may_write(const char* question, const Options& options, int& code);

}  // namespace envlink::cli
