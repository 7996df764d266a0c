#pragma once
// Rate limits, Render's clock and the request id from the headers of a reply.

#include <optional>
#include <string>

#include "api/message.h"
#include "base/time.h"

namespace envlink::api {

/// The window in a reply's headers. Reset is a span (0 in the last second), although Render's page says
/// otherwise; a value that can only be an epoch is converted with the reply's Date, else with `now`. Unset if
/// a part is missing or makes no sense.
struct RateLimit {
  int limit = 0;
  int remaining = 0;
  Duration reset{0};
};
std::optional<RateLimit> rate_limit_of(const Response& response, Time now);
/// Seconds or an HTTP date; at most a day.
std::optional<Duration> retry_after_of(const Response& response, Time now);
std::string request_id_of(const Response& response);  // bounded and cleaned
std::optional<Time> date_of(const Response& response);

}  // namespace envlink::api
