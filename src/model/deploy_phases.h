#pragma once
// How long a deploy takes with and without a build. The API tells only how long one took as a whole: this is
// the one rule by which forecasts and rehearsals divide it.

#include "base/time.h"
#include "model/service.h"

namespace envlink::model {

struct DeployPhases {
  Duration build{0};
  Duration start{0};

  /// Of a deploy with a build, or of one that deploys the last build.
  Duration length(bool builds) const { return builds ? build + start : start; }
};

/// At most this of the whole, and at most half of it, goes into the start. A guess: a start that took longer
/// makes a deploy without a build longer than foreseen, and never longer than the whole.
constexpr Duration usual_start = std::chrono::seconds(15);

/// `image_backed`: nothing is built. A static site and a cron job have no instances to start.
DeployPhases deploy_phases(Duration whole, ServiceType type, bool image_backed);

}  // namespace envlink::model
