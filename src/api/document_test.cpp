#include "api/document.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::api;

namespace {

std::string trouble_with(const std::string& body) {
  Document document;
  const auto root = document.read(body);
  return root ? "" : root.error().why;
}

}  // namespace

TEST_CASE("texts stand in the body, and those with escapes are decoded") {
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

TEST_CASE("what is in a value is passed over as a whole, and of two members with one name the last counts") {
  Document document;
  const std::string body = R"({"a":[1,[2,{"b":3}]],"c":{"a":4},"d":5,"d":6})";
  const auto root = document.read(body);
  REQUIRE(root.has_value());
  CHECK((*root)->find("a")->is_list());
  CHECK((*root)->find("b") == nullptr);
  CHECK((*root)->find("c")->find("a")->whole == 4);
  CHECK((*root)->find("d")->whole == 6);
  CHECK(path_to(**root, *(*root)->find("c")->find("a")) == "$.c.a");
  CHECK(path_to(**root, *(*root)->find("a")->first()->next()->first()->next()->find("b")) == "$.a[1][1].b");
}

TEST_CASE("a document past its bounds is refused with its place, and nothing of it is said") {
  std::string list = "0";
  for (std::size_t i = 0; i < max_elements; ++i) list += ",0";
  CHECK(trouble_with("[" + list.substr(2) + "]").empty());
  CHECK(trouble_with("[" + list + "]") == "$ is a list of more than 10000");
  CHECK(trouble_with(R"([{"x":1},{"envVars":[)" + list + "]}]") ==
        "$[1].envVars is a list of more than 10000");
  std::string lists = "[[" + list.substr(2) + "]";
  for (int i = 0; i < 100; ++i) lists += ",[" + list.substr(2) + "]";
  CHECK(trouble_with(lists + "]") == "the reply holds more than 1000000 values");
  CHECK(trouble_with(std::string(33, '[') + std::string(33, ']')).find("not valid JSON") !=
        std::string::npos);
  CHECK(trouble_with(std::string(32, '[') + std::string(32, ']')).empty());
  CHECK(trouble_with(R"(["secret)").find("secret") == std::string::npos);
  CHECK(trouble_with("[] []").find("not valid JSON") != std::string::npos);
}
