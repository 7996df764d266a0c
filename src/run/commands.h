#pragma once
// What apply, verify, resume, rollback and groups link do, from the request to the outcome.

#include <cstdint>
#include <optional>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/status.h"
#include "plan/verification.h"
#include "run/context.h"
#include "run/plan_source.h"
#include "run/prune.h"

namespace envlink::run {

struct ApplyOptions {
  LockWait lock_wait{};
  bool anew = false;  // ends unfinished runs and ignores deploys in progress
  PruneLimit prune{};
};

/// The outcome of apply with this plan, if no run begins.
std::optional<model::Outcome> outcome_without_run(const plan::Plan& plan);
model::Outcome apply(Context& context, const PlanSource& source, const ApplyOptions& options);

/// Reads the workspace and compares it with what is wanted. `health`: also asks the services' health paths;
/// otherwise the verification has no step `health`. A link history that cannot be read is reported and
/// ignored.
Result<plan::Verification> verify(Context& context, const model::Desired& wanted, bool health = false);

/// Reads the workspace and returns for each service and group whether the running deploy has it. `why`: if
/// that is stale or unknown, also what the audit log shows; a log that cannot be read is reported.
Result<plan::Status> status(Context& context, const model::Desired& wanted, bool why);

/// The run to continue; none if nothing is left to do. `number`: 0 for the newest. The key for its workspace
/// may be next to the file that the run was made from.
Result<std::optional<StoredRun>> choose_resumable(const Store& store, std::int64_t number,
                                                  const std::string& workspace = {});
model::Outcome resume(Context& context, const StoredRun& chosen, LockWait wait);

/// `number`: 0 for the newest run of that workspace, or of the only one with runs.
Result<StoredRun> choose_for_rollback(const Store& store, std::int64_t number,
                                      const std::string& workspace = {});
model::Outcome roll_back(Context& context, const StoredRun& chosen, LockWait wait);

/// Carries out a plan of links alone, neither refused nor empty.
model::Outcome change_links(Context& context, const plan::Plan& plan, LockWait wait);

/// Reports the unfinished run of this workspace, if there is one, and returns it.
std::optional<StoredRun> tell_unfinished(Context& context, const OwnerId& workspace);

/// `unfinished`: of this workspace. True if it or the run that it rolls back is open, or services still have
/// auto-deploy off: apply changes nothing before it is resumed or rolled back.
bool blocks_apply(const Store& store, const StoredRun& unfinished);

/// What can be done about an unfinished run, one line each. Rolling back a rollback is not offered.
std::string next_commands(const StoredRun& run);
/// The error if nothing may be written before that run has ended.
Error comes_first(const StoredRun& run, std::string_view more = {});

}  // namespace envlink::run
