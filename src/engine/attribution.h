#pragma once
// Which deploy carries a change? Pure answers from lists of deploys, newest first.
// docs/how-it-works/rollout.md has the cases and the reasons.

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"
#include "model/workspace.h"

namespace envlink::engine {

using Deploys = std::vector<model::Deploy>;

/// A request whose connection broke takes effect within this, or never.
constexpr Duration latest_arrival = std::chrono::seconds(15);
/// The same of one that outlasted our patience: it reached Render, and is still being worked on.
constexpr Duration latest_arrival_after_waiting = std::chrono::seconds(60);
/// And of one that Render answered with an error of its own: something behind the answer may still go on.
constexpr Duration latest_arrival_after_error = std::chrono::seconds(4);
/// A deploy shows in the list of deploys within this after it was made.
constexpr Duration list_lag = std::chrono::seconds(30);

using model::link_lag;

/// One that Render has queued may take this long to show. The official CLI waits as long.
constexpr Duration queued_shows = std::chrono::seconds(60);

/// Before asking for a deploy: one that Render or a colleague began after the links were read back carries
/// them already. `read_back`: the Date of the answer that showed the last of them, which is cut to whole
/// seconds: what began within that second may have begun before. nullptr: none.
const model::Deploy* already_carries(const Deploys& deploys, const std::vector<DeployId>& known,
                                     Time read_back);

/// What was known of a service's deploys when one was asked for.
struct Before {
  std::vector<DeployId> deploys;  // that a list had shown
  /// Render's clock, in whole seconds: what began before is none of the request's. Unset: an answer did not
  /// tell it, and the clock here is no evidence against Render's.
  std::optional<Time> time;
};

/// An answer may name a deploy that was there before its request.
bool was_there(const model::Deploy& deploy, const Before& before);

/// After a request whose answer named no deploy: a deploy that was not there before it. Made through the API
/// goes before any other, one that goes on before one that was canceled. `trigger`: what Render calls a
/// deploy that such a request makes, "api" or "rollback"; one of another kind carries the change as well
/// where it began later for certain. nullptr: none yet.
const model::Deploy* find_requested(const Deploys& deploys, const Before& before, std::string_view trigger);

/// The newest that goes on or serves, and that no list had shown before. nullptr: none.
const model::Deploy* newly_shown(const Deploys& deploys, const Before& before);

/// A deploy of ours was replaced or canceled: the newer one that took over. Live goes before running, running
/// before ended. nullptr: nothing is newer.
const model::Deploy* successor_of(const Deploys& deploys, const model::Deploy& ours);

}  // namespace envlink::engine
