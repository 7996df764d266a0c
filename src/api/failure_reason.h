#pragma once
// Why a deploy failed, from the events of its service.

#include <optional>
#include <string>

#include "api/message.h"
#include "base/error.h"
#include "base/id.h"
#include "base/time.h"

namespace envlink::api {

struct FailureReason {
  bool ended = false;  // the deploy's own end is among the events
  std::string words;   // "exit code 1"; empty if no event names a cause
  std::string detail;  // Render's own text: bounded and cleaned, but it may contain a value, so mask it
  bool quota_exhausted = false;  // of the workspace: none of its services can deploy
};

/// `events`: a reply of GET /services/{id}/events. Build events do not name a deploy: they count if the
/// deploy's end names them, or if they ended between `began` and that end. Events of the service in that time
/// (suspended, branch deleted, hardware failed) are added to the deploy's own.
Result<FailureReason> parse_failure_reason(const Response& events, const DeployId& deploy, Time began);

}  // namespace envlink::api
