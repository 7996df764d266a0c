#include "base/time.h"

#include <doctest/doctest.h>

#include <string>

namespace envlink {
namespace {

using namespace std::chrono_literals;

constexpr Time at(int year, unsigned month, unsigned day, Duration since_midnight) {
  return Time{std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} /
                                    std::chrono::day{day}}} +
         since_midnight;
}

TEST_CASE("RFC 3339 times are read in the forms that Render and its proxies write") {
  struct Row {
    const char* name;
    const char* text;
    std::optional<Time> expected;
  };
  const Time whole = at(2024, 9, 3, 23h + 38min + 57s);
  const Row rows[] = {
      {"whole seconds", "2024-09-03T23:38:57Z", whole},
      {"microseconds", "2024-09-03T23:38:57.548501Z", whole + 548501us},
      {"nanoseconds are cut, not rounded", "2024-09-03T23:38:57.548501999Z", whole + 548501us},
      {"five digits", "2024-09-03T23:38:57.46045Z", whole + 460450us},
      {"forty digits", "2024-09-03T23:38:57.1000000000000000000000000000000000000000Z", whole + 100ms},
      {"an offset ahead of UTC", "2024-09-04T01:38:57+02:00", whole},
      {"an offset behind UTC crosses the day", "2024-09-03T18:08:57-05:30", whole},
      {"lower-case letters", "2024-09-03t23:38:57z", whole},
      {"a leap day", "2024-02-29T00:00:00Z", at(2024, 2, 29, 0s)},
      {"a leap second", "2016-12-31T23:59:60Z", at(2017, 1, 1, 0s)},
      {"the first year", "0000-01-01T00:00:00Z", at(0, 1, 1, 0s)},
      {"no leap day in 2023", "2023-02-29T00:00:00Z", std::nullopt},
      {"month 13", "2024-13-03T23:38:57Z", std::nullopt},
      {"month 0", "2024-00-03T23:38:57Z", std::nullopt},
      {"hour 24", "2024-09-03T24:00:00Z", std::nullopt},
      {"no zone", "2024-09-03T23:38:57", std::nullopt},
      {"a point without digits", "2024-09-03T23:38:57.Z", std::nullopt},
      {"trailing text", "2024-09-03T23:38:57Z ", std::nullopt},
      {"an offset out of range", "2024-09-03T23:38:57+24:00", std::nullopt},
      {"a space instead of T", "2024-09-03 23:38:57Z", std::nullopt},
      {"a sign", "-024-09-03T23:38:57Z", std::nullopt},
      {"nothing", "", std::nullopt},
      {"cut short", "2024-09-03T23:3", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(parse_rfc3339(row.text) == row.expected);
  }
}

TEST_CASE("A written RFC 3339 time is read back unchanged") {
  CHECK(format_rfc3339(at(2026, 11, 23, 21h + 17min + 29s)) == "2026-11-23T21:17:29.000000Z");
  const auto shortest = [](Time time) {
    return std::string(rfc3339_text(time, Subseconds::shortest).view());
  };
  CHECK(shortest(at(2026, 11, 23, 21h + 17min + 29s)) == "2026-11-23T21:17:29Z");
  CHECK(shortest(at(2026, 11, 23, 21h + 17min + 20s + 941'660us)) == "2026-11-23T21:17:20.94166Z");
  CHECK(shortest(at(2026, 11, 23, 100'000us)) == "2026-11-23T00:00:00.1Z");
  CHECK(format_rfc3339(at(1969, 12, 31, 24h - 1us)) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_rfc3339(at(33, 4, 3, 9h)) == "0033-04-03T09:00:00.000000Z");
  CHECK(format_rfc3339(at(12345, 1, 2, 3h)) == "12345-01-02T03:00:00.000000Z");
  CHECK(format_rfc3339(at(-44, 3, 15, 0h)) == "-044-03-15T00:00:00.000000Z");
  const Time time = at(2025, 5, 14, 1h + 2min + 3s + 4us);
  CHECK(parse_rfc3339(format_rfc3339(time)) == time);
}

TEST_CASE("HTTP dates are read and written") {
  const Time time = at(2026, 11, 23, 21h + 17min + 29s);
  CHECK(format_http_date(time + 999ms) == "Mon, 23 Nov 2026 21:17:29 GMT");
  CHECK(parse_http_date("Mon, 23 Nov 2026 21:17:29 GMT") == time);
  for (const char* text :
       {"", "Mon, 23 Nov 2026 21:17:29", "23 Nov 2026 21:17:29 GMT", "Mon, 31 Feb 2026 21:17:29 GMT",
        "Mon, 23 Foo 2026 21:17:29 GMT", "Mon, 23 Nov 2026 21:17:29 GMT+1"}) {
    CAPTURE(text);
    CHECK(parse_http_date(text) == std::nullopt);
  }
}

TEST_CASE("Durations are written for people") {
  struct Row {
    Duration span;
    const char* expected;
  };
  const Row rows[] = {
      {0us, "0s"}, {400us, "<1ms"},      {80ms, "80ms"},       {400ms, "0.4s"},  {999999us, "0.9s"},
      {1s, "1s"},  {1500ms, "1.5s"},     {9990ms, "9.9s"},     {12700ms, "12s"}, {59999ms, "59s"},
      {60s, "1m"}, {65s, "1m05s"},       {90s, "1m30s"},       {10min, "10m"},   {59min + 59s, "59m59s"},
      {1h, "1h"},  {2h + 5min, "2h05m"}, {100h + 59s, "100h"}, {-90s, "-1m30s"},
  };
  for (const Row& row : rows) CHECK(format_duration(row.span) == row.expected);
  CHECK(format_duration(Duration::min()).starts_with("-"));
}

TEST_CASE("Durations in a file need a number and a unit") {
  struct Row {
    const char* text;
    std::optional<Duration> expected;
  };
  const Row rows[] = {
      {"500ms", 500ms},
      {"10s", 10s},
      {"1.5s", 1500ms},
      {"0.25m", 15s},
      {"10m", 10min},
      {"1h", 1h},
      {"7d", 168h},
      {"1.5d", 36h},
      {"999999999d", std::nullopt},
      {"0s", 0s},
      {"999999999h", std::chrono::hours{999999999}},
      {"1.999999h", 2h - 3600us},
      {"9999999999h", std::nullopt},
      {"1.9999999h", std::nullopt},
      {"10", std::nullopt},
      {"-1s", std::nullopt},
      {"+1s", std::nullopt},
      {"s", std::nullopt},
      {".5s", std::nullopt},
      {"1.s", std::nullopt},
      {"1 s", std::nullopt},
      {"1w", std::nullopt},
      {"1S", std::nullopt},
      {"1s1s", std::nullopt},
      {"", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_duration(row.text) == row.expected);
  }
}

}  // namespace
}  // namespace envlink
