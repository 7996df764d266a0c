#include "api/rate_limit_headers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/mask_keys.h"
#include "base/text.h"

namespace envlink::api {
namespace {

using std::chrono::seconds;

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::int64_t longest_window = 3'600;          // for creating services
constexpr std::int64_t earliest_epoch = 1'000'000'000;  // September 2001; larger values are not spans

/// A whole number of at most 15 digits, without parameters after ';' or ','.
std::optional<std::int64_t> number_in(const std::string* header) {
  if (header == nullptr) return std::nullopt;
  std::string_view text = *header;
  const auto skip_blanks = [&text] {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  };
  skip_blanks();
  std::uint64_t value = 0;  // unsigned: a sign is refused
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits > 15) return std::nullopt;
  text.remove_prefix(digits);
  skip_blanks();
  if (!text.empty() && text.front() != ';' && text.front() != ',') return std::nullopt;
  return static_cast<std::int64_t>(value);
}

/// Render's clock from the reply if possible: both ends of a span must use the same clock.
Time server_time(const Response& response, Time now) {
  return date_of(response).value_or(now);
}

}  // namespace

std::optional<Time> date_of(const Response& response) {
  const std::string* date = response.header("date");
  return date == nullptr ? std::nullopt : parse_http_date(*date);
}

std::optional<RateLimit> rate_limit_of(const Response& response, Time now) {
  const auto limit = number_in(response.header("ratelimit-limit"));
  const auto remaining = number_in(response.header("ratelimit-remaining"));
  auto reset = number_in(response.header("ratelimit-reset"));
  if (!limit || !remaining || !reset || *limit == 0 || *limit > 1'000'000'000) return std::nullopt;
  if (*reset >= earliest_epoch) {
    const auto clock = std::chrono::floor<seconds>(server_time(response, now).time_since_epoch()).count();
    reset = std::max<std::int64_t>(0, *reset - clock);
  }
  if (*reset > longest_window) return std::nullopt;
  return RateLimit{.limit = static_cast<int>(*limit),
                   .remaining = static_cast<int>(std::min(*remaining, *limit)),
                   .reset = seconds{*reset}};
}

std::optional<Duration> retry_after_of(const Response& response, Time now) {
  const std::string* header = response.header("retry-after");
  if (header == nullptr) return std::nullopt;
  constexpr Duration longest = seconds{seconds_a_day};
  // A date has a comma after its weekday, so it is never a number.
  if (const auto span = number_in(header)) return Duration{seconds{std::min(*span, seconds_a_day)}};
  const auto date = parse_http_date(*header);
  if (!date) return std::nullopt;
  return std::clamp<Duration>(*date - server_time(response, now), Duration::zero(), longest);
}

std::string request_id_of(const Response& response) {
  const std::string* id = response.header("render-request-id");
  return id == nullptr ? std::string{} : clean(mask_keys(*id), 100);
}

}  // namespace envlink::api
