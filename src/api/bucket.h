#pragma once
// The rate-limit bucket in which Render counts a request. The limits come from the replies' headers.

#include <string>
#include <string_view>

#include "api/message.h"

namespace envlink::api {

/// "reads", "logs", "writes", "creates" (hourly), "service srv-…", "service crn" (cron jobs were observed to
/// share one), or "" for a foreign request, which is not counted.
std::string bucket_of(const Request& request);

/// The id of the service, else of the group, that a request is about. Empty for lists of a whole workspace.
/// Points into the request's target.
std::string_view subject_of(const Request& request);

}  // namespace envlink::api
