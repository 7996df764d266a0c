#pragma once
// Decides which deploy carries a change, from lists of deploys (newest first). Pure.
// docs/how-it-works/rollout.md has the cases and the reasons.

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"
#include "model/workspace.h"

namespace envlink::engine {

using Deploys = std::vector<model::Deploy>;

/// A request whose connection broke takes effect within this time, or never.
constexpr Duration latest_arrival = std::chrono::seconds(15);
/// The same for a request whose answer envlink stopped waiting for: Render may still be working on it.
constexpr Duration latest_arrival_after_waiting = std::chrono::seconds(60);
/// The same for a request that Render answered with a server error: its backend may still be working.
constexpr Duration latest_arrival_after_error = std::chrono::seconds(4);
/// A new deploy appears in the list of deploys within this time.
constexpr Duration list_lag = std::chrono::seconds(30);

using model::link_lag;

/// A deploy that Render queued may take this long to appear. The official CLI waits as long.
constexpr Duration queued_shows = std::chrono::seconds(60);

/// Before a deploy is requested: a deploy that began after the links were read back and so has them already.
/// How many deploys are listed: enough to see what is live, what is in progress and how long the last ones
/// took.
inline constexpr int deploys_read = 20;

/// `read_back`: the Date of the answer that showed the last link, in whole seconds; a deploy that began in
/// that second does not count. nullptr: there is none.
const model::Deploy* already_carries(const Deploys& deploys, const std::vector<DeployId>& known,
                                     Time read_back);

/// What was known about a service's deploys when a deploy was requested.
struct Before {
  std::vector<DeployId> deploys;  // shown by any list so far
  /// Render's clock, in whole seconds: a deploy that began earlier is not the requested one. Unset: an answer
  /// had no Date. The local clock is never compared with Render's.
  std::optional<Time> time;
};

/// Whether the deploy existed before the request. Render's answer may name such a deploy.
bool was_there(const model::Deploy& deploy, const Before& before);

/// After a request whose answer named no deploy: the deploy that was not there before. Prefers deploys made
/// through the API, then running over canceled ones. `trigger`: Render's word for a deploy made by such a
/// request, "api" or "rollback". A deploy with another trigger counts if it certainly began later and so has
/// the change too. nullptr: none yet.
const model::Deploy* find_requested(const Deploys& deploys, const Before& before, std::string_view trigger);

/// The newest running or live deploy that no list had shown before. nullptr: none.
const model::Deploy* newly_shown(const Deploys& deploys, const Before& before);

/// The newer deploy that took over after ours was replaced or canceled. Live comes before running, running
/// before ended. nullptr: nothing is newer.
const model::Deploy* successor_of(const Deploys& deploys, const model::Deploy& ours);

}  // namespace envlink::engine
