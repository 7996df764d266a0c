#include "api/log_tail.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "base/text.h"

namespace envlink::api {
namespace {

namespace json = boost::json;

Redactor knowing(std::string_view value) {
  Redactor redactor;
  const json::value group = {{"envVars", json::array{{{"key", "K"}, {"value", json::string(value)}}}}};
  REQUIRE(redactor.learn_group({.status = 200, .body = json::serialize(group)}).has_value());
  return redactor;
}

json::value message(std::string_view text, std::string_view time = {}) {
  json::object one{{"message", json::string(text)}};
  if (!time.empty()) one["timestamp"] = json::string(time);
  return one;
}

std::vector<std::string> tail(json::array logs, const Redactor& redactor = {}) {
  const json::value body = {{"hasMore", false}, {"logs", std::move(logs)}};
  const auto lines = parse_log_tail({.status = 200, .body = json::serialize(body)}, redactor);
  REQUIRE(lines.has_value());
  return *lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("lines are oldest first, whatever the order of the messages") {
  CHECK(tail({message("c"), message("b"), message("a")}) == Lines{"a", "b", "c"});
  CHECK(tail({message("a", "2026-01-01T00:00:01Z"), message("c", "2026-01-01T00:00:03Z"),
              message("b", "2026-01-01T00:00:02Z")}) == Lines{"a", "b", "c"});
}

TEST_CASE("the last twenty lines are kept, each at most 300 columns, and blank ones are left out") {
  json::array many;
  for (int i = 30; i > 0; --i) many.push_back(message(std::to_string(i)));
  const auto lines = tail(many);
  REQUIRE(lines.size() == 20);
  CHECK(lines.front() == "11");
  CHECK(lines.back() == "30");
  std::string block;
  for (int i = 1; i <= 50; ++i) block += std::to_string(i) + "\n";
  CHECK(tail({message(block)}).front() == "31");
  CHECK(display_width(tail({message(std::string(5000, 'x'))})[0]) == 300);
  std::string wide;
  for (int i = 0; i < 299; ++i) wide += "日";
  CHECK(display_width(tail({message(wide)})[0]) <= 300);
  CHECK(tail({message("  b  "), message(""), message(" \r\n\n"), message("\x1b[0m"), message("a")}) ==
        Lines{"a", "  b"});
}

TEST_CASE("escape sequences are removed whole, and other control characters are replaced") {
  struct Row {
    std::string text;
    std::string expected;
  };
  const Row rows[] = {{"\x1b[31mred\x1b[0m", "red"},
                      {"\x1b[38;2;1;2;3mred\x1b[K", "red"},
                      {"a\x1b]0;title\ab\x1b]8;;http://x\x1b\\c", "abc"},
                      {"a\x1bPquery\x1b\\b\x1b(Bc\x1b=d\x1b"
                       "7e",
                       "abcde"},
                      {"a\u009b31mb\u0090x\u009cc\u0085d", "abcd"},
                      {"a\x1b[31", "a"},
                      {"a\x1b", "a"},
                      {"a\x1b]never ends", "a"},
                      {"a\x1b[3\nb", "a\nb"},
                      {"a\x1b]open\nb", "a\nb"},
                      {"no escape: [31m \\x1b", "no escape: [31m \\x1b"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(without_escapes(row.text) == row.expected);
  }
  CHECK(tail({message("a\x07\u202e"
                      "b\tc")}) == Lines{"a\uFFFD\uFFFDb c"});
  CHECK(tail({message("10%\r55%\r100%\r\ndone")}) == Lines{"100%", "done"});
}

TEST_CASE("a value is masked before a line is cut, even if it is coloured or spans several lines") {
  const auto redactor = knowing("sesame-open");
  CHECK(tail({message("sesame-\x1b[1mopen\x1b[0m!")}, redactor) == Lines{"•••!"});
  const auto cut = tail({message(std::string(295, 'x') + "sesame-open")}, redactor);
  CHECK(cut[0] == std::string(295, 'x') + "•••");
  CHECK(tail({message("a first-line\nsecond-line b")}, knowing("first-line\nsecond-line")) ==
        Lines{"a ••• b"});
  CHECK(tail({message("second-line b"), message("a first-line")}, knowing("first-line\nsecond-line")) ==
        Lines{"a •••", "••• b"});
}

TEST_CASE("an empty list is valid, and a reply without a list is an error") {
  CHECK(tail({}).empty());
  CHECK(tail({json::object{}, 7, nullptr, json::object{{"message", 1}}, message("a")}) == Lines{"a"});
  CHECK(parse_log_tail({.status = 200, .body = "{\"logs\":null}"}, {}).has_value());
  for (const char* body : {"", "[]", "{}", "{\"logs\":1}", "{\"logs\":{}}", "\xff"}) {
    CAPTURE(body);
    CHECK_FALSE(parse_log_tail({.status = 200, .body = body}, {}).has_value());
  }
}

}  // namespace
}  // namespace envlink::api
