#pragma once
// Carries a run from its plan to its end: recorded, watched, proved. The one place that decides what follows
// a failure, in which order runs are closed and which outcome results. The context has the lock.

#include "model/desired.h"
#include "plan/plan.h"
#include "run/context.h"

namespace envlink::run {

struct PlannedRollback {
  plan::Plan plan;
  model::Reading reading;  // that the plan was made from
};
/// Plans to take back what a run did, from the current workspace.
Result<PlannedRollback> plan_rollback(Context& context, std::int64_t run, const plan::Plan& plan,
                                      const engine::Progress& progress);

/// Carries the plan out. A failure is rolled back if the plan says so; a success is compared with `wanted`.
model::Outcome execute_plan(Context& context, const plan::Plan& plan, const model::Desired& wanted,
                            engine::ValueWrites writes);

/// Carries out a plan of links alone, or a rollback, and then also closes the run that it undoes. No proof
/// follows. `writes`: for a rollback that restores values.
model::Outcome execute_alone(Context& context, const plan::Plan& plan, engine::ValueWrites writes = {});

/// The values that a rollback restores, from the store.
Result<engine::ValueWrites> writes_of_rollback(Context& context, const plan::Plan& back);

/// Continues a run from its state in the store.
model::Outcome continue_run(Context& context, const StoredRun& run);

}  // namespace envlink::run
