#pragma once
// Why a deploy failed, as the events of its service tell it.

#include <optional>
#include <string>

#include "api/message.h"
#include "base/error.h"
#include "base/id.h"
#include "base/time.h"

namespace envlink::api {

struct FailureReason {
  bool ended = false;  // the deploy's own end is among the events
  std::string words;   // "exit code 1"; empty when no event names a cause
  std::string detail;  // Render's own text beside it: bounded and cleaned, and it may hold a value: mask it
  bool quota_exhausted = false;  // of the workspace: no deploy of any of its services can succeed
};

/// `events`: a reply of GET /services/{id}/events. Events of builds do not name a deploy: they count for it
/// when its end names them, or when they ended between `began` and its end. What befell the service in that
/// time (it was suspended, its branch was deleted, hardware failed) is told beside what the deploy's own
/// events say.
Result<FailureReason> parse_failure_reason(const Response& events, const DeployId& deploy, Time began);

}  // namespace envlink::api
