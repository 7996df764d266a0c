#include "source/environment.h"

#include <doctest/doctest.h>

#include <cstdlib>

namespace envlink::source {
namespace {

class Set {
 public:
  Set(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Set() { unsetenv(name_); }
  Set(const Set&) = delete;
  Set& operator=(const Set&) = delete;

 private:
  const char* name_;
};

std::string refusal(const auto& result) {
  REQUIRE_FALSE(result);
  CHECK(describe(result.error()).find("hunter2") == std::string::npos);
  return result.error().what + "; " + result.error().why;
}

TEST_CASE("a value comes from a variable that is set and not empty") {
  const Set full("ENVLINK_T_FULL", "hunter2\n");
  const Set empty("ENVLINK_T_EMPTY", "");
  const Set binary("ENVLINK_T_BINARY", "hunter2\xff");
  const auto value = from_environment("ENVLINK_T_FULL");
  REQUIRE(value);
  CHECK_FALSE(value->empty());
  CHECK(refusal(from_environment("ENVLINK_T_NONE")) ==
        "No value from the environment variable ENVLINK_T_NONE; it is not set");
  CHECK(refusal(from_environment("ENVLINK_T_EMPTY")) ==
        "No value from the environment variable ENVLINK_T_EMPTY; it is empty");
  CHECK(
      refusal(from_environment("ENVLINK_T_BINARY")) ==
      "The value from the environment variable ENVLINK_T_BINARY cannot be sent to Render; line 1, byte 8 is "
      "not UTF-8");
}

TEST_CASE("variables are found by their prefix") {
  const char* environment[] = {"P_B=2", "P_A=1=1\n", "Q_A=3", "P_B=again", "P_=4", "P_C", nullptr};
  using Found = std::map<std::string_view, std::string_view>;
  CHECK(with_prefix(environment, "P_") == Found{{"", "4"}, {"A", "1=1\n"}, {"B", "2"}});
  CHECK(with_prefix(environment, "R_").empty());
  CHECK(with_prefix(nullptr, "P_").empty());
}

TEST_CASE("variables with a prefix are sorted by the rest of their names, empty ones included") {
  const Set b("ENVLINK_T_B", "2");
  const Set a("ENVLINK_T_A", "");
  const auto all = from_environment_prefix("ENVLINK_T_");
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).key == "A");
  CHECK(all->at(0).value.empty());
  CHECK(all->at(1).key == "B");
  CHECK_FALSE(all->at(1).value.empty());
  CHECK(all->at(1).line == 0);
}

TEST_CASE("a prefix must leave names that Render accepts") {
  CHECK(refusal(from_environment_prefix("")) ==
        "Cannot take every environment variable; the prefix is empty");
  CHECK(refusal(from_environment_prefix("ENVLINK_T_")) == "No environment variable starts with ENVLINK_T_; ");
  const Set digit("ENVLINK_T_1A", "hunter2");
  CHECK(refusal(from_environment_prefix("ENVLINK_T_")) ==
        "Without the prefix, the name of the environment variable ENVLINK_T_1A is not valid; a name has "
        "letters, digits, _, - and ., and starts with a letter or _");
  CHECK(refusal(from_environment_prefix("ENVLINK_T_1A")) ==
        "Without the prefix, the name of the environment variable ENVLINK_T_1A is not valid; nothing "
        "is left of it");
}

TEST_CASE("envlink's own key is not taken by its prefix, only by its name") {
  const Set key("RENDER_API_KEY", "hunter2");
  const Set other("RENDER_API_KEY_OF_OTHERS", "2");
  const auto all = from_environment_prefix("RENDER_API_");
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->at(0).key == "KEY_OF_OTHERS");
  CHECK(from_environment("RENDER_API_KEY"));
}

TEST_CASE("a variable that is not text is refused") {
  const Set binary("ENVLINK_T_A", "hunter2\xff");
  CHECK(refusal(from_environment_prefix("ENVLINK_T_")) ==
        "The value from the environment variable ENVLINK_T_A cannot be sent to Render; line 1, byte 8 is not "
        "UTF-8");
}

}  // namespace
}  // namespace envlink::source
