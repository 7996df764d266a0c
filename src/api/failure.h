#pragma once
// What an unsuccessful outcome means: is the request worth repeating, and what does a user need to hear.

#include <optional>
#include <string>

#include "api/message.h"
#include "base/error.h"
#include "base/time.h"

namespace envlink::api {

enum class Verdict {
  ok,           // 2xx
  not_found,    // 404, 410
  limited,      // 429: certainly not carried out
  transient,    // 408, 425, 5xx, no connection: worth repeating where repeating is safe
  ambiguous,    // went out, no answer: for a write, settle it by reading
  refused,      // any other 4xx, a redirect: repeating changes nothing
  unauthorized  // 401, 403
};
Verdict verdict_of(const Outcome& outcome);

/// What, why, what to do, request id. `doing` says what was attempted: "link group a to service b".
Error explain(const Request& request, const Outcome& outcome, const std::string& doing);

/// The window that a reply tells about. Reset is a span (0 in the last second), whatever the page says;
/// a value that can only be an epoch is converted with the reply's Date, or `now` where it has none.
/// Unset when a part is missing or makes no sense.
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
