#pragma once
// Whether a service needs a build to get changed variables, and how long its deploy will probably take.

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

/// Whether a build reads the variable: front-end tools copy it into their output (VITE_…), it sets a
/// language version on Render (NODE_VERSION), or the file lists it under `build_time`.
bool is_build_time(std::string_view key, const model::Desired& desired);

/// Chooses Render's `deploy_only` (deploy the last successful build) only if that build cannot contain an
/// older value: no variable of the service, or of a group that is or was linked, is read at build time.
/// Variables that were not read may be. `service`: index in the file; the service was found on Render.
BuildChoice choose_build(const Context& context, std::size_t service, bool has_live_deploy);

/// Why the service gets variables only through a build by Render; "" if no reason is known.
std::string build_time_reason(const Context& context, std::size_t service);
/// A build-time key of a service that Render does not build; "" if there is none.
std::string key_built_elsewhere(const Context& context, std::size_t service);

/// The median of the last five successful deploys; unset if there were none. Rollbacks do not count, because
/// they build nothing; which deploys were `deploy_only`, Render's list does not show. Also unset without a
/// rebuild: the duration of a build does not predict that of `deploy_only`.
std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild);

}  // namespace envlink::plan
