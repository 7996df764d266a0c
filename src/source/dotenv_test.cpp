#include "source/dotenv.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "source/child_test.h"

namespace envlink::source {
namespace {

std::string listed(const Result<std::vector<Named>>& result) {
  REQUIRE(result);
  std::string out;
  for (const Named& one : *result) {
    out += fmt::format("{}:{}{} ", one.line, one.key, one.value.empty() ? " (empty)" : "");
  }
  return out;
}

std::string problems(std::string_view text) {
  const auto result = named_in(text, "prod.env");
  REQUIRE_FALSE(result);
  const std::string told = describe(result.error());
  CHECK(told.find("hunter2") == std::string::npos);
  return told;
}

TEST_CASE("variables keep the order of the file, each with its line") {
  CHECK(listed(named_in("# c\nB=1\n\nexport A='x\ny'\nC=\n", "prod.env")) == "2:B 4:A 6:C (empty) ");
  CHECK(listed(named_in("\xEF\xBB\xBF"
                        "A=1\r\nB=2",
                        "prod.env")) == "1:A 2:B ");
}

TEST_CASE("one faulty line makes the whole file fail") {
  CHECK(problems("A=hunter2\nhunter2\n  B: hunter2\n") ==
        "prod.env:2:8: error: not an assignment: no = after the key\n"
        "   = write KEY=value; put a value of several lines in quotes\n"
        "\n"
        "prod.env:3:4: error: not an assignment: no = after the key\n"
        "   = write KEY=value, with = instead of the colon\n");
  CHECK(problems("A=1\n1hunter2=hunter2\n") ==
        "prod.env:2:1: error: a key cannot start with a digit, - or .\n"
        "   = start it with a letter or _; put a value of several lines in quotes\n");
}

TEST_CASE("a repeated key is refused with both lines") {
  CHECK(problems("A=1\nB=2\nA=1\n") ==
        "prod.env:3:1: error: A is set twice: first on line 1\n"
        "   = remove one of the two\n");
}

TEST_CASE("the number of reported mistakes is limited") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "hunter2\n";
  const std::string told = problems(text);
  CHECK(told.find("prod.env:20:") != std::string::npos);
  CHECK(told.find("prod.env:21:") == std::string::npos);
}

TEST_CASE("a file without variables is refused") {
  CHECK(problems("").find("No variables in prod.env\n  why: it is empty") == 0);
  CHECK(problems("# A=hunter2\n").find("No variables in prod.env\n  why: no line is an assignment") == 0);
}

TEST_CASE("a file that is not text is refused") {
  CHECK(problems("A=1\nB=hunter2\xff\n").find("line 2, byte 10 is not UTF-8") != std::string::npos);
  CHECK(problems(std::string_view("A=\0", 3)).find("line 1, byte 3 is a NUL byte") != std::string::npos);
}

TEST_CASE("variables come from a named file and from a command's output") {
  const testing::TempFolder folder;
  CHECK(listed(from_dotenv(folder.file("a", "A=1\n"))) == "1:A ");
  const auto absent = from_dotenv(folder / "absent");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().why == "No such file or directory");

  CHECK(listed(from_command_dotenv({"printf", "%s\\n", "A=1", "B=2"})) == "1:A 2:B ");
  CHECK(listed(from_command_dotenv({"printf", "%s\\n", "a=1", "B="}, {}, false)) == "1:a 2:B (empty) ");
  CHECK_FALSE(from_command_dotenv({"false"}));
  const auto faulty = from_command_dotenv({"echo", "hunter2"});
  REQUIRE_FALSE(faulty);
  CHECK(describe(faulty.error()).find("the output of `echo`:1:8: error: not an assignment") == 0);
}

TEST_CASE("a command's output that is just a secret is not shown if `key` is missing") {
  for (const char* secret :
       {"c2VjcmV0LXBhc3N3b3Jk=", "c2VjcmV0LXBhc3N3b3Jk==", "JBSWY3DPEHPK3PXP=", "hunter=2"}) {
    const auto told = from_command_dotenv({"echo", secret});
    REQUIRE_FALSE(told);
    const std::string text = describe(told.error());
    CHECK(text.find(std::string(secret).substr(0, 6)) == std::string::npos);
    CHECK(text.find("`key: NAME`") != std::string::npos);
  }
}

}  // namespace
}  // namespace envlink::source
