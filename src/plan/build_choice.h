#pragma once
// Does a service need a build to see changed variables, or is its last build enough? And how long will its
// deploy take?

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"
#include "model/desired.h"
#include "model/group.h"
#include "model/service.h"

namespace envlink::plan {

struct BuildChoice {
  bool rebuild = true;
  std::string because;
};

/// Render's `deploy_only` deploys the last successful build. Chosen only where that is surely enough: a
/// static site, a cron job or a key that build tools bake in (VITE_…, NEXT_PUBLIC_…) needs a build.
BuildChoice choose_build(model::DeployChoice choice, const model::Service& service,
                         const std::vector<const model::Group*>& groups, bool has_live_deploy);

/// Why variables reach the service through a build only; "" where they are read when it starts.
std::string build_time_reason(const model::Service& service, const std::vector<const model::Group*>& groups);

/// The median of the last five that went live; unset when none tells. They say nothing of a deploy without a
/// build, so none is expected of that.
std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild);

}  // namespace envlink::plan
