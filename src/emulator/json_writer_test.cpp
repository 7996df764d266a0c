#include "emulator/json_writer.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <limits>
#include <string>

namespace envlink::emulator {
namespace {

std::string written(std::string_view text) {
  JsonWriter json;
  json.string(text);
  return json.take();
}

TEST_CASE("commas stand between members and elements, and nowhere else") {
  JsonWriter json;
  json.begin_object();
  json.key("list");
  json.begin_array();
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.string("[");
  json.null();
  json.end_array();
  json.member("yes", true);
  json.member("least", std::numeric_limits<std::int64_t>::min());
  json.member("colon", ":");
  json.end_object();
  CHECK(json.take() == R"({"list":[{},[],"[",null],"yes":true,"least":-9223372036854775808,"colon":":"})");
}

TEST_CASE("text is escaped where JSON asks for it") {
  CHECK(written("") == R"("")");
  CHECK(written("plain ~") == R"("plain ~")");
  CHECK(written("a\"b\\c\nd") == R"("a\"b\\c\nd")");
  CHECK(written(std::string_view("\0\t\x7f", 3)) == R"("\u0000\u0009\u007f")");
  CHECK(written("é€") == "\"é€\"");
  CHECK(written("\xff!") == "\"\xef\xbf\xbd!\"");
}

TEST_CASE("a reply of any size is whole") {
  for (const std::size_t size : {1000U, 1021U, 1022U, 1023U, 1024U, 5000U}) {
    const std::string text(size, 'x');
    JsonWriter json;
    json.begin_array();
    json.string(text);
    json.string(text + "\n");
    json.end_array();
    const auto value = boost::json::parse(json.take());
    CHECK(value.at(0).as_string() == text);
    CHECK(value.at(1).as_string() == text + "\n");
  }
}

}  // namespace
}  // namespace envlink::emulator
