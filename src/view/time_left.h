#pragma once
// How long a rollout is likely to go on. Pure.

#include <optional>
#include <string>

#include "engine/progress.h"
#include "plan/plan.h"

namespace envlink::view {

struct TimeLeft {
  Duration span{};
  /// Some deploy takes much longer than its last ones did, or nothing tells how long one takes: it may be
  /// more.
  bool at_least = false;
};

/// As if each deploy took as long as the service's last ones, at most max_parallel at a time. Where nothing
/// is built, as much shorter or longer as such deploys of this run have been so far. Unset when nothing can
/// be said: before the beginning, after the end, when nobody is deployed or it was interrupted.
std::optional<TimeLeft> time_left(const plan::Plan& plan, const engine::Progress& progress, Time now);
/// "about 4 min left", "35s or more left": no more exact than an estimate is.
std::string time_left_words(const TimeLeft& left);

}  // namespace envlink::view
