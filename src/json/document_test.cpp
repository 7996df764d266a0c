#include "json/document.h"

#include <doctest/doctest.h>

namespace envlink::json {
namespace {

constexpr Limits limits{.elements = 10'000, .values = 1'000'000};

std::string fault_of(const std::string& text) {
  Document document;
  const auto root = document.read(text, limits);
  return root ? "" : root.error().text();
}

TEST_CASE("texts point into the body, and those with escapes are decoded") {
  const std::string body = R"({"plain":"a","escaped":"b\n\u00e9\"c","empty":"","k\u0065y":"d"})";
  Document document;
  const auto root = document.read(body);
  REQUIRE(root.has_value());
  const Value& object = **root;
  CHECK(object.find("plain")->text == "a");
  CHECK(object.find("plain")->text.data() == body.data() + body.find("a\""));
  CHECK(object.find("escaped")->text == "b\n\u00e9\"c");
  CHECK(object.find("empty")->text.empty());
  CHECK(object.find("key")->text == "d");
  CHECK(object.find("absent") == nullptr);
}

TEST_CASE("a value's content is skipped as a whole, and the last of repeated members counts") {
  Document document;
  const std::string body = R"({"a":[1,[2,{"b":3}]],"c":{"a":4},"d":5,"d":6})";
  const auto root = document.read(body);
  REQUIRE(root.has_value());
  CHECK((*root)->find("a")->is_list());
  CHECK((*root)->find("b") == nullptr);
  CHECK((*root)->find("a")->find("b") == nullptr);
  CHECK((*root)->find("c")->find("a")->whole == 4);
  CHECK((*root)->find("d")->whole == 6);
  CHECK(path_to(**root, **root).empty());
  CHECK(path_to(**root, *(*root)->find("c")->find("a")) == "c.a");
  CHECK(path_to(**root, *(*root)->find("a")->first()->next()->first()->next()->find("b")) == "a[1][1].b");
  CHECK(path_to(*(*root)->find("c"), *(*root)->find("c")->find("a")) == "a");
}

TEST_CASE("a document that exceeds its limits is refused with the place and without its content") {
  std::string list = "0";
  for (std::size_t i = 0; i < limits.elements; ++i) list += ",0";
  CHECK(fault_of("[" + list.substr(2) + "]").empty());
  CHECK(fault_of("[" + list + "]") == "it is a list of more than 10000");
  CHECK(fault_of(R"([{"x":1},{"envVars":[)" + list + "]}]") == "`[1].envVars` is a list of more than 10000");
  std::string lists = "[[" + list.substr(2) + "]";
  for (int i = 0; i < 100; ++i) lists += ",[" + list.substr(2) + "]";
  CHECK(fault_of(lists + "]") == "it contains more than 1000000 values");
  CHECK(fault_of(std::string(33, '[') + std::string(33, ']')).starts_with("it is not JSON: "));
  CHECK(fault_of(std::string(32, '[') + std::string(32, ']')).empty());
  CHECK(fault_of(R"(["secret)") == "it is cut off: its end is missing");
  CHECK(fault_of(R"(["secret",])").find("secret") == std::string::npos);
  CHECK(fault_of("[] []").starts_with("it is not JSON: "));
  CHECK(fault_of("") == "it is cut off: its end is missing");
}

}  // namespace
}  // namespace envlink::json
