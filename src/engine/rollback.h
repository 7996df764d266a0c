#pragma once
// Undoing a run: the plan that takes back what it did, from what its journal tells and what the workspace
// shows now. Pure.

#include <cstdint>
#include <vector>

#include "engine/progress.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"

namespace envlink::engine {

/// What has to be read of the workspace to judge a run: its services with their deploys, its groups, and
/// every link as the plan wants it in the end. Names are ids.
/// The only group of the name that the run asked for, linked to exactly what it asked for: of a run that does
/// not know whether its request took effect.
std::optional<GroupId> group_of_lost_answer(const plan::Plan& plan, const Progress& done,
                                            const model::Workspace& actual);
model::Desired desired_by(const plan::Plan& plan);

/// The file asks for it, the run has ended, and of some service there is a bad verdict. Not where the deploys
/// of the rollback would come to nothing either: the quota is exhausted.
bool calls_for_rollback(const plan::Plan& plan, const Progress& done);

struct BeforeRollback {
  std::vector<DeployId> gone_back{};     // the deploys that earlier rollbacks of the run asked for
  std::vector<DeployId> later_undone{};  // those of rollbacks of later runs: they lead back to this one
  std::vector<std::size_t>
      kept_values{};  // of the plan's values, those of which the store kept what they were
};

/// Puts back the values that the run changed, takes back its links and goes back to what its services ran
/// before, in reverse order. Where the workspace moved on meanwhile, a finding refuses it. `done`: as the
/// journal tells.
plan::Plan rollback_plan(const plan::Plan& plan, const Progress& done, std::int64_t run,
                         const model::Workspace& actual, const BeforeRollback& earlier = {});

/// Where the value that `back` puts back stands among the plan's values.
std::size_t undone_value(const plan::Plan& plan, const plan::ValueChange& back);

/// The reading that `back` was made of does not show each link and value that the run changed, and may come
/// from a replica that lags.
bool misses_writes(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                   const model::Reading& reading);

/// How long requests of the run may still take effect of which neither an answer nor the workspace tells what
/// came: a rollback made before may miss it, and is made again then. 0: there are none.
Duration may_still_come(const plan::Plan& plan, const Progress& done, const plan::Plan& back,
                        const model::Reading& reading);

}  // namespace envlink::engine
