#pragma once
// A run from its plan to its end: recorded, watched, proved; what follows a failure; in which order runs are
// closed; which outcome results. The one place where that is decided.

#include "model/desired.h"
#include "plan/plan.h"
#include "run/context.h"

namespace envlink::run {

struct PlannedRollback {
  plan::Plan plan;
  model::Reading reading;  // that it was made of
};
/// Takes back what a run did, from what the workspace shows now.
Result<PlannedRollback> plan_rollback(Context& context, std::int64_t run, const plan::Plan& plan,
                                      const engine::Progress& progress);

/// Carries the plan out. A failure is rolled back where the plan says so; a success is held against `wanted`.
model::Outcome execute_plan(Context& context, Lock& lock, const plan::Plan& plan,
                            const model::Desired& wanted, engine::ValueWrites writes);

/// Carries out a plan of links alone, or the rollback of a run, which is closed as well. Nothing is proved
/// behind it. `writes`: of a rollback that puts values back.
model::Outcome execute_alone(Context& context, Lock& lock, const plan::Plan& plan,
                             engine::ValueWrites writes = {});

/// Of the rollback of a run: what the store kept of its values.
Result<engine::ValueWrites> writes_of_rollback(Context& context, const plan::Plan& back);

/// Goes on with a run from where the store has it.
model::Outcome continue_run(Context& context, Lock& lock, const StoredRun& run);

}  // namespace envlink::run
