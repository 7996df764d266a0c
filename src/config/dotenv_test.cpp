#include "config/dotenv.h"

#include <doctest/doctest.h>

namespace envlink::config {
namespace {

using Variables = std::map<std::string, std::string>;

TEST_CASE("a .env file is read as people write them") {
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
      {"quotes over lines", "A=\"1\n2\"\nB=3\n", {{"A", "1\n2"}, {"B", "3"}}},
      {"a quote that is never closed", "A=\"1\nB=2\n", {{"A", "\"1"}, {"B", "2"}}},
      {"the last assignment counts", "A=1\nA=2\n", {{"A", "2"}}},
      {"no line break at the end, a byte order mark, an empty value",
       "\xEF\xBB\xBF"
       "A=\nB=1",
       {{"A", ""}, {"B", "1"}}},
      {"what is no assignment is passed over", "hello\n=1\nA B=2\nC=3\n\n", {{"C", "3"}}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(parse_dotenv(row.text) == row.expected);
  }
}

TEST_CASE("the line of an assignment is that of the one that counts") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text = "\xEF\xBB\xBF# a" + end + "A=1" + end + end + "B=\"x" + end + "A=2" + end +
                             "\"" + end + "  export A = 3";
    CHECK(dotenv_line(text, "A") == 7);
    CHECK(dotenv_line(text, "B") == 4);
    CHECK(dotenv_line(text, "C") == 0);
  }
}

TEST_CASE("bytes that are no text do no harm") {
  CHECK(parse_dotenv(std::string_view("A=\xff\0b\nB=1", 9)) ==
        Variables{{"A", std::string("\xff\0b", 3)}, {"B", "1"}});
  CHECK(parse_dotenv("A=\"\\").at("A") == "\"\\");
}

}  // namespace
}  // namespace envlink::config
