#pragma once
// The IP addresses of a host, by a deadline. libpq would look them up itself, but wait as long as it takes.

#include <chrono>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace envlink::postgres {

using Deadline = std::chrono::steady_clock::time_point;

/// In the order in which to try them. The error says why there are none.
tl::expected<std::vector<std::string>, std::string> look_up(const std::string& host, Deadline deadline);

}  // namespace envlink::postgres
