#pragma once
// The error message for a request that failed.

#include <string>

#include "api/message.h"
#include "base/error.h"

namespace envlink::api {

/// `doing`: what was attempted, as in "link group a to service b".
Error explain(const Request& request, const Outcome& outcome, const std::string& doing);

/// The same in a few words, for a request that will be repeated: "cannot reach Render", "Render answered
/// 503".
std::string explain_briefly(const Outcome& outcome);

}  // namespace envlink::api
