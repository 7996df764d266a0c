#pragma once
// A run of a rollout from where it stands to its end: journalled, watched, proved, told.

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/session.h"
#include "cli/stored_run.h"
#include "plan/plan.h"

namespace envlink::cli {

/// `wanted`: what is proved in the end. A failure is rolled back where the file says so.
Outcome carry_out(Session& session, Desk& desk, const plan::Plan& plan, const model::Desired& wanted,
                  Answer& answer, const CommonOptions& options);
Outcome go_on(Session& session, Desk& desk, const StoredRun& run, Answer& answer,
              const CommonOptions& options);
/// The rollback of a run, which is closed as well. Nothing is proved behind it.
Outcome carry_through(Session& session, Desk& desk, const plan::Plan& back, Answer& answer,
                      const CommonOptions& options);
/// A plan of links alone; with -o json what became of each goes to stdout.
Outcome carry_out_links(Session& session, Desk& desk, const plan::Plan& plan, const CommonOptions& options);

/// An error unless --yes says so or a person does.
Result<void> may_write(const char* question, const CommonOptions& options);

}  // namespace envlink::cli
