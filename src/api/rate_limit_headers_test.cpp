#include <doctest/doctest.h>

#include <string>

#include "api/rate_limit_headers.h"
#include "base/text.h"

namespace envlink::api {
namespace {

using namespace std::chrono_literals;

const Time now = *parse_rfc3339("2026-11-23T21:17:29Z");

Response limited(std::string limit, std::string remaining, std::string reset) {
  return {.status = 200,
          .headers = {{"ratelimit-limit", std::move(limit)},
                      {"ratelimit-remaining", std::move(remaining)},
                      {"ratelimit-reset", std::move(reset)}}};
}

TEST_CASE("The rate-limit window is read as a span, although Render's page says otherwise") {
  struct Row {
    const char* name;
    Response response;
    int limit;
    int remaining;
    Duration reset;
  };
  const Row rows[] = {
      {"a minute's window", limited("400", "399", "2"), 400, 399, 2s},
      {"the last second", limited("10", "8", "0"), 10, 8, 0s},
      {"an hour's window", limited("20", "3", "3599"), 20, 3, 3599s},
      {"spaces and parameters", limited(" 100 ", "98", "31;w=60"), 100, 98, 31s},
      {"an epoch", limited("100", "0", std::to_string((now + 31s).time_since_epoch() / 1s)), 100, 0, 31s},
      {"an epoch in the past", limited("100", "0", std::to_string((now - 5s).time_since_epoch() / 1s)), 100,
       0, 0s},
      {"more remaining than the limit", limited("10", "12", "5"), 10, 10, 5s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto window = rate_limit_of(row.response, now);
    REQUIRE(window);
    CHECK(window->limit == row.limit);
    CHECK(window->remaining == row.remaining);
    CHECK(window->reset == row.reset);
  }
}

TEST_CASE("An epoch is measured by Render's clock if the reply has a date") {
  Response response = limited("100", "0", std::to_string((now + 10s).time_since_epoch() / 1s));
  response.headers.emplace_back("date", format_http_date(now));
  CHECK(rate_limit_of(response, now + 1h)->reset == 10s);
}

TEST_CASE("Rate-limit headers that make no sense are ignored") {
  struct Row {
    const char* name;
    Response response;
  };
  const Row rows[] = {
      {"none", Response{.status = 200}},
      {"no reset", {.status = 200, .headers = {{"ratelimit-limit", "1"}, {"ratelimit-remaining", "1"}}}},
      {"negative", limited("100", "-1", "5")},
      {"a fraction", limited("100", "1", "5.5")},
      {"empty", limited("", "1", "5")},
      {"words", limited("many", "1", "5")},
      {"a limit of zero", limited("0", "0", "5")},
      {"an absurd limit", limited("99999999999", "1", "5")},
      {"more digits than a number has", limited("100", "1", std::string(40, '9'))},
      {"a span of hours", limited("100", "0", "7200")},
      {"a span of months", limited("100", "1", "99999999")},
      {"an epoch in milliseconds", limited("100", "1", "1795468649000")},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK_FALSE(rate_limit_of(row.response, now));
  }
}

TEST_CASE("Retry-After is read as seconds or as a date") {
  struct Row {
    const char* value;
    std::optional<Duration> expected;
  };
  const Row rows[] = {
      {"34", 34s},
      {" 0 ", 0s},
      {"99999999", 24h},
      {"Mon, 23 Nov 2026 21:18:29 GMT", 60s},
      {"Mon, 23 Nov 2026 21:00:00 GMT", 0s},
      {"Tue, 23 Nov 2027 21:17:29 GMT", 24h},
      {"soon", std::nullopt},
      {"-1", std::nullopt},
      {"", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(retry_after_of({.status = 429, .headers = {{"retry-after", row.value}}}, now) == row.expected);
  }
  CHECK(retry_after_of({.status = 429}, now) == std::nullopt);
}

TEST_CASE("The request id and the date of a reply are read, and the id is made safe") {
  const Response response{.status = 200,
                          .headers = {{"render-request-id", "api-1/\x1B[31m" + std::string(500, 'x')},
                                      {"date", "Mon, 23 Nov 2026 21:17:29 GMT"},
                                      {"date", "second"}}};
  CHECK(request_id_of(response).starts_with("api-1/�[31mxxx"));
  CHECK(display_width(request_id_of(response)) == 100);
  CHECK(date_of(response) == now);
  CHECK(request_id_of({.status = 200}).empty());
  CHECK(date_of({.status = 200}) == std::nullopt);
}

}  // namespace
}  // namespace envlink::api
