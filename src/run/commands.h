#pragma once
// What apply, verify, resume, rollback and groups link do, from "here is what is asked" to "here is the
// outcome".

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
  bool anew = false;  // leaves unfinished runs and deploys under way as they stand
  PruneLimit prune{};
};

/// How apply ends with this plan, where that is before a run begins.
std::optional<model::Outcome> outcome_without_run(const plan::Plan& plan);
model::Outcome apply(Context& context, const PlanSource& source, const ApplyOptions& options);

/// Reads the workspace and holds it against what is wanted. `health`: also asks the health paths of the
/// services. A verification with no step `health` was not asked to, and a link history that cannot be read is
/// reported and passed over.
Result<plan::Verification> verify(Context& context, const model::Desired& wanted, bool health = false);

/// Reads the workspace and tells for each service and group whether what runs carries it. `why`: where that
/// is stale or unknown, also what the audit log tells; where that gives no answer, it is reported.
Result<plan::Status> status(Context& context, const model::Desired& wanted, bool why);

/// The run to go on with; none when nothing is left to do. `number`: 0 for the newest. The key that reaches
/// its workspace may stand beside the file that it was made from.
Result<std::optional<StoredRun>> choose_resumable(const Store& store, std::int64_t number);
model::Outcome resume(Context& context, const StoredRun& chosen, LockWait wait);

/// `number`: 0 for the newest run.
Result<StoredRun> choose_for_rollback(const Store& store, std::int64_t number);
model::Outcome roll_back(Context& context, const StoredRun& chosen, LockWait wait);

/// A plan of links alone, neither refused nor empty.
model::Outcome change_links(Context& context, const plan::Plan& plan, LockWait wait);

/// Tells that a run of this workspace is unfinished, if one is, and which.
std::optional<StoredRun> tell_unfinished(Context& context, const OwnerId& workspace);

/// What can be done about an unfinished run, a line each: a rollback is not undone.
std::string next_commands(const StoredRun& run);
/// Nothing is written before that run is at its end.
Error comes_first(const StoredRun& run, std::string_view more = {});

}  // namespace envlink::run
