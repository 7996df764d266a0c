#pragma once
// Which deploy carries a change? Pure answers from lists of deploys, newest first. docs/rollout.md has the
// cases and the reasons.

#include <optional>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"

namespace envlink::engine {

using Deploys = std::vector<model::Deploy>;

/// A request whose connection broke takes effect within this, or never.
constexpr Duration latest_arrival = std::chrono::seconds(15);

/// Before asking for a deploy: one that Render or a colleague began after the links were read back carries
/// them already. `read_back`: the Date of the answer that showed the last of them, which is cut to whole
/// seconds: what began within that second may have begun before. nullptr: none.
const model::Deploy* already_carries(const Deploys& deploys, const std::vector<DeployId>& known,
                                     Time read_back);

/// After a request whose answer named no deploy: a deploy that was not there before it. Made through the API
/// goes before any other, one that goes on before one that was canceled. `trigger`: what Render calls a
/// deploy that such a request makes, "api" or "rollback". nullptr: none yet.
const model::Deploy* find_requested(const Deploys& deploys, const std::vector<DeployId>& before,
                                    std::string_view trigger);

/// A deploy of ours was replaced or canceled: the newer one that took over. Live goes before running, running
/// before ended. nullptr: nothing is newer.
const model::Deploy* successor_of(const Deploys& deploys, const model::Deploy& ours);

}  // namespace envlink::engine
