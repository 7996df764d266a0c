#include "source/value.h"

#include <doctest/doctest.h>

#include <string>

namespace envlink::source {
namespace {

using namespace std::string_view_literals;

std::string value_of(std::string_view bytes, FinalBreak final_break = FinalBreak::taken_off) {
  const auto value = value_in(bytes, final_break, "x.txt");
  REQUIRE(value);
  return std::string(*value);
}

std::string why_not(std::string_view bytes, FinalBreak final_break = FinalBreak::taken_off) {
  const auto value = value_in(bytes, final_break, "x.txt");
  REQUIRE_FALSE(value);
  CHECK(value.error().what.find("x.txt") != std::string::npos);
  CHECK_FALSE(value.error().cure.empty());
  CHECK(describe(value.error()).find("hunter2") == std::string::npos);
  return value.error().why;
}

TEST_CASE("one final line break is not part of a variable's value") {
  CHECK(value_of("a") == "a");
  CHECK(value_of("a\n") == "a");
  CHECK(value_of("a\r\n") == "a");
  CHECK(value_of("a\n\n") == "a\n");
  CHECK(value_of("a\r") == "a\r");
  CHECK(value_of("\na") == "\na");
  CHECK(value_of(" a ") == " a ");
}

TEST_CASE("a secret file keeps its bytes") {
  CHECK(value_of("a\n", FinalBreak::kept) == "a\n");
  CHECK(value_of("a\r\n", FinalBreak::kept) == "a\r\n");
  CHECK(value_of("\n", FinalBreak::kept) == "\n");
}

TEST_CASE("an empty value is refused") {
  CHECK(why_not("") == "it is empty");
  CHECK(why_not("", FinalBreak::kept) == "it is empty");
  CHECK(why_not("\n") == "it contains only a line break");
  CHECK(why_not("\r\n") == "it contains only a line break");
}

TEST_CASE("what is not text is refused with its place") {
  CHECK(why_not("hunter2\0"sv) == "line 1, byte 8 is a NUL byte");
  CHECK(why_not("hunter2\nab\0c"sv) == "line 2, byte 3 is a NUL byte");
  CHECK(why_not("hunter2\n\n\xff") == "line 3, byte 1 is not UTF-8");
  CHECK(why_not("\xc3\xa4\xc3") == "line 1, byte 3 is not UTF-8");
  CHECK(why_not("hunter2\xed\xa0\x80", FinalBreak::kept) == "line 1, byte 8 is not UTF-8");
  CHECK(value_of("\xc3\xa4 \xf0\x9f\x94\x91\n") == "\xc3\xa4 \xf0\x9f\x94\x91");
}

TEST_CASE("a value has at most 1 MiB") {
  CHECK(value_of(std::string(most_bytes, 'x')).size() == most_bytes);
  CHECK(why_not(std::string(most_bytes + 1, 'x')) == "it is larger than 1 MiB");
}

TEST_CASE("check_text accepts an empty text") {
  CHECK(check_text("", "x.txt"));
  CHECK_FALSE(check_text("\xff", "x.txt"));
}

TEST_CASE("a value becomes a secret") {
  const auto secret = secret_in("a\n", FinalBreak::taken_off, "x.txt");
  REQUIRE(secret);
  CHECK_FALSE(secret->empty());
  CHECK_FALSE(secret_in("\n", FinalBreak::taken_off, "x.txt"));
}

}  // namespace
}  // namespace envlink::source
