#include "rate_oracle.h"

#include <fmt/format.h>
#include <algorithm>

#include "api/bucket.h"
#include "api/rate_limit_headers.h"
#include "violation.h"

namespace envlink::simulation {

void RateOracle::sent(Time at, const api::Request& request) {
  if (last_ && at < *last_ + min_interval_) {
    throw Violation(fmt::format("two requests went out {} apart, the file asks for {}",
                                format_duration(at - *last_), format_duration(min_interval_)));
  }
  last_ = at;
  if (closed_until_.empty()) return;
  const auto closed = closed_until_.find(api::bucket_of(request));
  if (closed != closed_until_.end() && at < closed->second)
    throw Violation(
        fmt::format("invariant 4: {} was sent before Render's Retry-After was over", request.target));
}

void RateOracle::told(Time at, const api::Request& request, const api::Outcome& outcome) {
  const auto* response = std::get_if<api::Response>(&outcome);
  if (response == nullptr || response->status != 429) return;
  const auto wait = api::retry_after_of(*response, at);
  if (!wait) return;
  Time& until = closed_until_[api::bucket_of(request)];
  until = std::max(until, at + *wait);
}

}  // namespace envlink::simulation
