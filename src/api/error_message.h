#pragma once
// What a user needs to hear of a request that brought no success.

#include <string>

#include "api/message.h"
#include "base/error.h"

namespace envlink::api {

/// What, why, what to do, request id. `doing` says what was attempted: "link group a to service b".
Error explain(const Request& request, const Outcome& outcome, const std::string& doing);

}  // namespace envlink::api
