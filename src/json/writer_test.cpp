#include "json/writer.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <limits>
#include <vector>

namespace envlink::json {
namespace {

enum class Colour { red, green };
constexpr auto words(Colour) {
  return std::to_array<std::string_view>({"red", "green"});
}

struct Point {
  int x = 0;
  std::optional<int> y;
  std::string note;
};
void fields(auto& visit, Like<Point> auto& point) {
  visit("x", point.x);
  visit("y", point.y);
  visit.if_any("note", point.note);
}

std::string written(std::string_view text, Text policy = Text::utf8) {
  Writer out(Layout::compact, policy);
  out.value(text);
  return out.take();
}

TEST_CASE("commas separate members and elements, and appear nowhere else") {
  Writer out;
  out.object([](Writer& all) {
    all("none", std::vector<int>{});
    all("list", std::vector<std::vector<int>>{{}, {1, 2}});
    all("empty", [](Writer&) {});
    all("yes", true);
    all("least", std::numeric_limits<std::int64_t>::min());
    all("colon", ":");
    all("nothing", nullptr);
  });
  CHECK(out.take() == R"({"none":[],"list":[[],[1,2]],"empty":{},"yes":true,"least":-9223372036854775808,)"
                      R"("colon":":","nothing":null})");
}

TEST_CASE("an indented document has a line for each member and element, and ends with a newline") {
  const auto fill = [](Writer& all) {
    all.list("points", std::vector<Point>{{1, 2, "a"}},
             [](Writer& out, const Point& one) { out("x", one.x); });
    all("none", std::vector<int>{});
    all("words", std::vector<std::string>{"a", "b"});
  };
  CHECK(document(fill) ==
        "{\n  \"points\": [\n    {\n      \"x\": 1\n    }\n  ],\n  \"none\": [],\n  \"words\": [\n    "
        "\"a\",\n    \"b\"\n  ]\n}\n");
  CHECK(document_line(fill) == "{\"points\":[{\"x\":1}],\"none\":[],\"words\":[\"a\",\"b\"]}\n");
}

TEST_CASE("each kind of field has its form") {
  CHECK(to_text(Colour::green) == R"("green")");
  CHECK(to_text(GroupId("evg-1")) == R"("evg-1")");
  CHECK(to_text(Duration(std::chrono::seconds(2))) == "2000000");
  CHECK(to_text(*parse_rfc3339("2026-11-23T21:17:29Z")) == R"("2026-11-23T21:17:29.000000Z")");
  CHECK(to_text(90.5) == "90.5");
  CHECK(to_text(51.0) == "51.0");
  CHECK(to_text(std::optional<int>{}) == "null");
  CHECK(to_text(std::vector<Point>{{1, 2, "a"}, {1, {}, ""}}) == R"([{"x":1,"y":2,"note":"a"},{"x":1}])");
}

TEST_CASE("empty, zero and unset fields are null or left out if the field says so") {
  const auto fill = [](Writer& out) {
    out.or_null("text", "");
    out.or_null("id", DeployId{});
    out.or_null("zero", 0);
    out.or_null("unset", std::optional<int>{});
    out.or_null("set", std::optional<int>{0});
    out.if_any("left_out", std::vector<int>{});
    out.if_any("none", 0);
    out("unset_too", std::optional<int>{});
    out.later("kept", std::string{});
  };
  CHECK(to_text(fill) == R"({"text":null,"id":null,"zero":null,"unset":null,"set":0,"kept":""})");
}

TEST_CASE("text is escaped if JSON requires it or if it could control a terminal") {
  CHECK(written("") == R"("")");
  CHECK(written("plain ~") == R"("plain ~")");
  CHECK(written("a\"b\\c\nd\te") == R"("a\"b\\c\nd\te")");
  CHECK(written(std::string_view("\0\x1b\x7f", 3)) == R"("\u0000\u001b\u007f")");
  CHECK(written("é€日") == "\"é€日\"");
  CHECK(written("a\u009b\u202e\u2066z") == R"("a\u009b\u202e\u2066z")");
  for (const auto text : {"é\n", "\u009b\u202e", "\x1b[2J\x7f"}) {
    CHECK(boost::json::parse(written(text)).as_string() == text);
  }
}

TEST_CASE("invalid UTF-8 and what looks like a key are written as the kind of document says") {
  CHECK(written("\xff!", Text::utf8) == "\"\xef\xbf\xbd!\"");
  CHECK(written("\xff!", Text::shown) == "\"\xef\xbf\xbd!\"");
  CHECK(written("\xff!", Text::bytes) == "\"\xff!\"");
  CHECK(written("rnd_abc", Text::bytes) == R"("rnd_abc")");
  CHECK(written("a rnd_abc\n", Text::shown) == R"("a rnd_***\n")");
}

}  // namespace
}  // namespace envlink::json
