#pragma once
// What `envlink logs` does: it reads the log of a deploy with its values masked, and asks before it is shown.
// The journal keeps nothing of the log.

#include <string>

#include "engine/service_log.h"
#include "model/desired.h"
#include "run/context.h"

namespace envlink::run {

struct LogRequest {
  std::string service{};  // a name or an id
  DeployId deploy{};      // empty: the newest
};

struct ServiceLog {
  model::Owner workspace{};
  model::Service service{};
  engine::DeployLog log{};
};

/// An error if the log must not be shown, or if nobody confirms it.
Result<ServiceLog> read_log(Context& context, const model::Desired& file, const LogRequest& request);

}  // namespace envlink::run
