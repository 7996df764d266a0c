#pragma once
// Which of Render's rate-limit buckets a request is counted in. The sizes are not stated here: they are
// learnt from the replies' headers.

#include <string>
#include <string_view>

#include "api/message.h"

namespace envlink::api {

/// "reads", "logs", "writes", "creates" (hourly), "service srv-…", "service crn" (all cron jobs: they were
/// seen to share one), or "" for a foreign request, which no bucket counts.
std::string bucket_of(const Request& request);

/// What a request is about: the service, or else the group. Empty for lists of a whole workspace. It stands
/// in the request's target.
std::string_view subject_of(const Request& request);

}  // namespace envlink::api
