#include "config/dotenv.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/variable_name.h"

namespace envlink::config {
namespace {

using Variables = std::map<std::string, std::string>;

TEST_CASE("a .env file is read with the usual spellings") {
  struct Row {
    const char* name;
    const char* text;
    Variables expected;
  };
  const Row rows[] = {
      {"plain", "A=1\nB=two words \n", {{"A", "1"}, {"B", "two words"}}},
      {"export, blanks and Windows line ends", "  export A = 1\r\nexport\tB=2\r\n", {{"A", "1"}, {"B", "2"}}},
      {"a key that begins with export", "exported=1\n", {{"exported", "1"}}},
      {"comments",
       "# A=0\nA=1 # one\nB=a#b\nC= # nothing\nD=#d\n",
       {{"A", "1"}, {"B", "a#b"}, {"C", ""}, {"D", "#d"}}},
      {"double quotes", "A=\"x # \\\"y\\\" \\n\\\\ $Z\" # c\n", {{"A", "x # \"y\" \n\\ $Z"}}},
      {"single quotes", "A='x \\n \\' $Z'\n", {{"A", "x \\n ' $Z"}}},
      {"quotes that span lines", "A=\"1\n2\"\nB=3\n", {{"A", "1\n2"}, {"B", "3"}}},
      {"a quote that is never closed", "A=\"1\nB=2\n", {{"A", "\"1"}, {"B", "2"}}},
      {"the last assignment counts", "A=1\nA=2\n", {{"A", "2"}}},
      {"no line break at the end, a byte order mark, an empty value",
       "\xEF\xBB\xBF"
       "A=\nB=1",
       {{"A", ""}, {"B", "1"}}},
      {"lines that are not assignments are ignored", "hello\n=1\nA B=2\nC=3\n\n", {{"C", "3"}}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(parse_dotenv(row.text) == row.expected);
  }
}

TEST_CASE("the reported line is that of the assignment that counts") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text = "\xEF\xBB\xBF# a" + end + "A=1" + end + end + "B=\"x" + end + "A=2" + end +
                             "\"" + end + "  export A = 3";
    CHECK(dotenv_line(text, "A") == 7);
    CHECK(dotenv_line(text, "B") == 4);
    CHECK(dotenv_line(text, "C") == 0);
  }
}

/// "2:1 KEY=value" or "3:2 the fault", a line each.
std::string told(std::string_view text) {
  std::string out;
  for_each_dotenv_line(text, [&](const DotenvLine& line) {
    CHECK(line.fault.empty() == line.cure.empty());
    const std::string said =
        line.fault.empty() ? fmt::format("{}={}", line.key, line.value) : std::string(line.fault);
    out += fmt::format("{}:{} {}\n", line.place.line, line.place.column, said);
  });
  return out;
}

TEST_CASE("lines are reported in the file's order, including repeated keys") {
  CHECK(told("\xEF\xBB\xBF# c\nB=1\n\n  export A = \"2\n3\" # c\r\nB='4'#c\nC=\n") ==
        "2:1 B=1\n4:10 A=2\n3\n6:1 B=4\n7:1 C=\n");
  CHECK(told("# only\n \n").empty());
}

TEST_CASE("a faulty line is reported with its place and without its text") {
  struct Row {
    const char* text;
    const char* expected;
  };
  const Row rows[] = {
      {"hunter2\n", "1:8 not an assignment: no = after the key\n"},
      {"export A\nB=1\n", "1:9 not an assignment: no = after the key\n2:1 B=1\n"},
      {"A: hunter2=\n", "1:2 not an assignment: no = after the key\n"},
      {":=1", "1:1 not an assignment: this character cannot be part of a key\n"},
      {"A B=2\n", "1:3 not an assignment: this character cannot be part of a key\n"},
      {"Ä=2\n", "1:1 not an assignment: this character cannot be part of a key\n"},
      {"\n  =1\n", "2:3 not an assignment: no key before the =\n"},
      {"1A=x\n", "1:1 a key cannot start with a digit, - or .\n"},
      {"A=\"hunter2\nB=1\n", "1:1 the value starts with a quote that is never closed\n2:1 B=1\n"},
      {"A='it's'\n", "1:7 there is more text after the closing quote\n"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(told(row.text) == row.expected);
  }
}

TEST_CASE("a variable's name starts with a letter or an underscore") {
  for (const char* name : {"A", "_", "a1", "A.b-c_D"}) CHECK(is_variable_name(name));
  for (const char* name : {"", "1A", ".a", "-a", "A B", "A=", "Ä", "A\n"})
    CHECK_FALSE(is_variable_name(name));
}

TEST_CASE("bytes that are not text do no harm") {
  CHECK(parse_dotenv(std::string_view("A=\xff\0b\nB=1", 9)) ==
        Variables{{"A", std::string("\xff\0b", 3)}, {"B", "1"}});
  CHECK(parse_dotenv("A=\"\\").at("A") == "\"\\");
}

}  // namespace
}  // namespace envlink::config
