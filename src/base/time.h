#pragma once
// Times and durations. Pure code takes `now` as an argument; only the edges read a clock.

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace envlink {

using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;  // UTC

/// RFC 3339 with any number of fractional digits, as Render writes it. Digits past microseconds are dropped.
std::optional<Time> parse_rfc3339(std::string_view text);
/// "2026-11-23T21:17:29.000000Z"
std::string format_rfc3339(Time time);
/// "2026-11-23T21:17:29Z"
std::string format_rfc3339_seconds(Time time);
/// The same text without an allocation.
struct TimeText {
  std::array<char, 32> characters{};
  std::size_t length = 0;
  std::string_view view() const { return {characters.data(), length}; }
};
enum class Subseconds { six_digits, shortest };  // shortest: without zeros at the end, or no fraction at all
TimeText rfc3339_text(Time time, Subseconds subseconds = Subseconds::six_digits);
/// The HTTP `Date` header, whole seconds: "Mon, 23 Nov 2026 21:17:29 GMT".
std::optional<Time> parse_http_date(std::string_view text);
std::string format_http_date(Time time);

/// For people: "0.4s", "12s", "1m30s", "2h05m".
std::string format_duration(Duration span);
/// From a file: "500ms", "10s", "1.5s", "10m", "1h", "7d". Negative or unitless text is refused.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace envlink
