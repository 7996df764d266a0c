#pragma once
// How long a deploy takes with and without a build. The API reports only the total, and forecasts and
// rehearsals both divide it by this rule.

#include "base/time.h"
#include "model/service.h"

namespace envlink::model {

struct DeployPhases {
  Duration build{0};
  Duration start{0};

  /// The phases of a deploy with a build, or of one that deploys the last build.
  Duration length(bool builds) const { return builds ? build + start : start; }
};

/// The start takes at most this long, and at most half of the total. A guess: if the start takes longer, a
/// deploy without a build takes longer than forecast, but never longer than the total.
constexpr Duration usual_start = std::chrono::seconds(15);

/// `image_backed`: there is no build. A static site and a cron job have no instances to start.
DeployPhases deploy_phases(Duration whole, ServiceType type, bool image_backed);

}  // namespace envlink::model
