#pragma once
// Undoing a run: the plan that takes back what it did, from its journal and the current workspace. Pure.

#include <cstdint>
#include <vector>

#include "engine/progress.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::engine {

/// For a run that does not know whether its request for a new group took effect: the only group with that
/// name, if it is linked to exactly what the run requested.
std::optional<GroupId> group_of_lost_answer(const plan::Plan& plan, const Progress& done,
                                            const model::Workspace& actual);
/// What to read of the workspace to judge a run: its services with their deploys, its groups, and every link
/// as planned. Names are ids.
model::Desired desired_by(const plan::Plan& plan);

/// The file asks for it, the run has ended, and some service has a bad verdict. False if the quota is
/// exhausted: the rollback's deploys would fail too.
bool calls_for_rollback(const plan::Plan& plan, const Progress& done);

struct BeforeRollback {
  std::vector<DeployId> gone_back{};       // deploys that earlier rollbacks of the run requested
  std::vector<DeployId> later_undone{};    // deploys of rollbacks of later runs, which lead back to this one
  std::vector<std::size_t> kept_values{};  // positions of values whose prior value is stored
};

/// Restores the values that the run changed, takes back its links and returns its services to the deploys
/// from before, in reverse order. If the workspace has moved on, a finding refuses the plan. `done`: from the
/// journal.
plan::Plan rollback_plan(const plan::Plan& plan, const Progress& done, std::int64_t run,
                         const model::Workspace& actual, const BeforeRollback& earlier = {});

/// The position in the plan's values of the one that `back` restores.
std::size_t undone_value(const plan::Plan& plan, const plan::ValueChange& back);

/// The reading that `back` was made from lacks a link or value that the run changed, and may come from a
/// replica that lags.
bool misses_writes(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                   const model::Reading& reading);

/// How long requests of the run may still take effect whose result neither an answer nor the workspace shows.
/// A rollback planned earlier may miss them and is then planned again. 0: there are none.
Duration may_still_come(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                        const model::Reading& reading);

}  // namespace envlink::engine
