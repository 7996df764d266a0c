#include "json/reader.h"

#include <doctest/doctest.h>

#include "json/writer.h"

namespace envlink::json {
namespace {

enum class Colour { red, green };
constexpr auto words(Colour) {
  return std::to_array<std::string_view>({"red", "green"});
}

struct Part {
  std::string name;
  std::optional<Duration> length;
  bool operator==(const Part&) const = default;
};
void fields(auto& visit, Like<Part> auto& part) {
  visit("name", part.name);
  visit("length", part.length);
}

struct Whole {
  GroupId id;
  Colour colour = Colour::red;
  std::uint8_t small = 0;
  bool flag = false;
  Time at{};
  std::vector<Part> parts;
  std::vector<std::vector<int>> rows;
  std::optional<std::vector<std::string>> keys;
  int added = 7;
  std::string note;
  DeployId deploy;
  bool operator==(const Whole&) const = default;
};
void fields(auto& visit, Like<Whole> auto& whole) {
  visit("id", whole.id);
  visit("colour", whole.colour);
  visit("small", whole.small);
  visit("flag", whole.flag);
  visit("at", whole.at);
  visit("parts", whole.parts);
  visit("rows", whole.rows);
  visit("keys", whole.keys);
  visit.later("added", whole.added);
  visit.if_any("note", whole.note);
  visit.or_null("deploy", whole.deploy);
}

Whole sample() {
  return {.id = GroupId("evg-1"),
          .colour = Colour::green,
          .small = 255,
          .flag = true,
          .at = *parse_rfc3339("2026-11-23T21:17:29.5Z"),
          .parts = {{"a\n\"", std::chrono::seconds(3)}, {"é", {}}},
          .rows = {{}, {1, -2}},
          .keys = std::vector<std::string>{"K"},
          .added = 8,
          .note = "n",
          .deploy = DeployId("dep-1")};
}

std::string with(std::string_view old, std::string_view replacement) {
  std::string text = to_text(sample());
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), replacement);
}

std::string fault_of(std::string_view text, const Limits& limits = {}) {
  const auto whole = read<Whole>(text, limits);
  return whole ? "" : whole.error().text();
}

TEST_CASE("what was written is read back unchanged") {
  for (const Whole& whole : {sample(), Whole{}}) {
    const auto again = read<Whole>(to_text(whole));
    REQUIRE_MESSAGE(again.has_value(), again.error().text());
    CHECK(*again == whole);
  }
  const auto indented = read<Whole>(document(sample()));
  REQUIRE(indented.has_value());
  CHECK(*indented == sample());
}

TEST_CASE("unknown fields are ignored, and the last of repeated fields counts") {
  const auto whole =
      read<Whole>(with(R"("flag":true)", R"("mood":{"flag":[1,{"id":2}]},"flag":false,"flag":true)"));
  REQUIRE(whole.has_value());
  CHECK(*whole == sample());
}

TEST_CASE("a field that was added later or may be empty keeps its default if missing or null") {
  const auto whole = read<Whole>(with(R"("added":8,"note":"n","deploy":"dep-1")", R"("deploy":null)"));
  REQUIRE(whole.has_value());
  CHECK(whole->added == 7);
  CHECK(whole->note.empty());
  CHECK(whole->deploy.empty());
  CHECK(read<Whole>(with(R"("keys":["K"])", R"("keys":null)"))->keys == std::nullopt);
}

TEST_CASE("the first fault is reported with its place") {
  CHECK(fault_of(with(R"("id":"evg-1",)", "")) == "`id` is missing");
  CHECK(fault_of(with(R"("id":"evg-1")", R"("id":null)")) == "`id` is not text");
  CHECK(fault_of(with(R"("green")", R"("blue")")) ==
        "`colour` is an unknown word, perhaps from a newer envlink");
  CHECK(fault_of(with(R"("green")", "1")) == "`colour` is not text");
  for (const auto number : {"256", "-1", "1.5", "1e3", "\"1\"", "18446744073709551615"}) {
    CHECK(fault_of(with("255", number)) == "`small` is not a whole number, or is too large");
  }
  CHECK(fault_of(with(R"("flag":true)", R"("flag":1)")) == "`flag` is neither true nor false");
  CHECK(fault_of(with("2026-11-23T", "2026-11-23 ")) == "`at` is not a time");
  CHECK(fault_of(with("3000000", "-1")) == "`parts[0].length` is not a duration");
  CHECK(fault_of(with("3000000", "9223372036854775807")) == "`parts[0].length` is not a duration");
  CHECK(fault_of(with(R"({"name":"é"})", "[]")) == "`parts[1]` is not an object");
  CHECK(fault_of(with(R"("name":"é")", R"("nom":"é")")) == "`parts[1].name` is missing");
  CHECK(fault_of(with("[1,-2]", "7")) == "`rows[1]` is not a list");
  CHECK(fault_of(with("[1,-2]", "[1,null]")) == "`rows[1][1]` is not a whole number, or is too large");
  CHECK(fault_of("[]") == "it is not a JSON object");
}

TEST_CASE("a text that is cut off, too large, too deep or not JSON is refused") {
  const std::string text = to_text(sample());
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK(fault_of(std::string_view(text).substr(0, size)) == "it is cut off: its end is missing");
  }
  CHECK(fault_of(text + "{}").starts_with("it is not JSON: "));
  CHECK(fault_of("version: 1").starts_with("it is not JSON: "));
  CHECK(fault_of(text + std::string(std::size_t{2} << 20U, ' '), {.size = std::size_t{1} << 20U}) ==
        "it is larger than 1 MiB");
  CHECK(fault_of(text, {.depth = 2}).starts_with("it is not JSON: "));
  CHECK(fault_of(with("é", "\xff")).starts_with("it is not JSON: "));
  CHECK(fault_of(with("é", "\xff"), {.any_bytes = true}).empty());
}

}  // namespace
}  // namespace envlink::json
