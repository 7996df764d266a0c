#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

#include "base/time.h"

namespace envlink {
namespace {

constexpr std::int64_t millisecond = 1'000;
constexpr std::int64_t second = 1'000 * millisecond;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string format_positive(std::int64_t span) {
  if (span == 0) return "0s";
  if (span < millisecond) return "<1ms";
  if (span < second / 10) return fmt::format("{}ms", span / millisecond);
  if (span < 10 * second && span % second >= second / 10) {
    return fmt::format("{}.{}s", span / second, span % second / (second / 10));
  }
  if (span < minute) return fmt::format("{}s", span / second);
  if (span < hour) {
    const auto seconds = span % minute / second;
    if (seconds == 0) return fmt::format("{}m", span / minute);
    return fmt::format("{}m{:02}s", span / minute, seconds);
  }
  const auto minutes = span % hour / minute;
  if (minutes == 0) return fmt::format("{}h", span / hour);
  return fmt::format("{}h{:02}m", span / hour, minutes);
}

std::optional<std::int64_t> unit_from(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> units = {
      {{"ms", millisecond}, {"s", second}, {"m", minute}, {"h", hour}}};
  for (const auto& [name, size] : units) {
    if (text == name) return size;
  }
  return std::nullopt;
}

}  // namespace

std::string format_duration(Duration span) {
  if (span < Duration::zero()) {
    return "-" + format_positive(span == Duration::min() ? Duration::max().count() : -span.count());
  }
  return format_positive(span.count());
}

std::optional<Duration> parse_duration(std::string_view text) {
  // Nine digits of hours still fit into the microseconds of a Duration.
  constexpr std::size_t most_digits = 9;
  std::size_t at = 0;
  std::int64_t whole = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at == most_digits) return std::nullopt;
    whole = whole * 10 + (text[at] - '0');
  }
  if (at == 0) return std::nullopt;
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (at - first == 6) return std::nullopt;
      numerator = numerator * 10 + (text[at] - '0');
      denominator *= 10;
    }
    if (at == first) return std::nullopt;
  }
  const auto unit = unit_from(text.substr(at));
  if (!unit) return std::nullopt;
  return Duration{whole * *unit + numerator * *unit / denominator};
}

}  // namespace envlink
