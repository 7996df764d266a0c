#pragma once
// How long a service's deploys take, from the last ones that went live.

#include <optional>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"

namespace envlink::plan {

/// The median of the last five that went live; unset when none tells. They say nothing of a deploy without a
/// build, so none is expected of that.
std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild);

}  // namespace envlink::plan
