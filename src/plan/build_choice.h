#pragma once
// Does a service need a build to see changed variables, or is its last build enough? And how long will its
// deploy take?

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/deploy.h"
#include "model/desired.h"
#include "plan/context.h"

namespace envlink::plan {

struct BuildChoice {
  bool rebuild = true;
  std::string because;
};

/// Whether a build reads the variable: front-end tools copy it into what they build (VITE_…), Render goes by
/// it for the language's version (NODE_VERSION), or the file says so.
bool is_build_time(std::string_view key, const model::Desired& desired);

/// Render's `deploy_only` deploys the last successful build. Chosen only where that build cannot contain an
/// older value: no key of a group that is or was linked, and none of the service's own, is one that a build
/// reads. What was not read may be one. `service`: an index into the file's, found on Render.
BuildChoice choose_build(const Context& context, std::size_t service, bool has_live_deploy);

/// Why variables reach the service through a build of Render's only; "" where no such reason is known.
std::string build_time_reason(const Context& context, std::size_t service);
/// Such a key of a service that Render does not build; "" where there is none.
std::string key_built_elsewhere(const Context& context, std::size_t service);

/// The median of the last five that went live; unset when none tells. They say nothing of a deploy without a
/// build, so none is expected of that.
std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild);

}  // namespace envlink::plan
