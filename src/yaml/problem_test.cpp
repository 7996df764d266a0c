#include "yaml/problem.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"

namespace envlink::yaml {
namespace {

TEST_CASE("a problem is shown as a compiler would") {
  CHECK(render({{{2, 1}, "unknown key `servcies`", "did you mean `services`?", 8}}, "envlink.yaml",
               "version: 1\nservcies: {}\n") ==
        "envlink.yaml:2:1: error: unknown key `servcies`\n"
        " 2 | servcies: {}\n"
        "   | ^~~~~~~~\n"
        "   = did you mean `services`?\n");
}

TEST_CASE("the gutter is as wide as the last line number, and a blank line separates blocks") {
  const std::string text = "a\nb\n\n\n\n\n\n\n\nc d\n";
  CHECK(render({{{1, 1}, "one", "", 1}, {{10, 3}, "two", "", 1}, {{3, 1}, "empty", "", 1}}, "f", text) ==
        "f:1:1: error: one\n  1 | a\n    | ^\n\nf:10:3: error: two\n 10 | c d\n    |   ^\n"
        "\nf:3:1: error: empty\n  3 |\n    | ^\n");
}

TEST_CASE("the caret is below its character whatever the width of those before it") {
  CHECK(render({{{1, 5}, "x", "", 2}}, "f", "\t名: ab\n") ==
        "f:1:5: error: x\n 1 |     名: ab\n   |         ^~\n");
  CHECK(render({{{1, 1}, "x", "", 2}}, "f", "名前\n") == "f:1:1: error: x\n 1 | 名前\n   | ^~~~\n");
}

TEST_CASE("a long line is shown as a window around the place") {
  std::string text(5000, 'a');
  text.append("HERE").append(5000, 'b');
  const std::string shown = render({{{1, 5001}, "x", "", 4}}, "f", text);
  CHECK(shown == "f:1:5001: error: x\n 1 | …" + std::string(60, 'a') + "HERE" + std::string(36, 'b') +
                     "…\n   | " + std::string(61, ' ') + "^~~~\n");
}

TEST_CASE("nothing in the file or in a message reaches the terminal as a control character") {
  const std::string shown =
      render({{{1, 3}, "bad \x1b[31m", "cure\r\n\x07", 99}}, "f\x1b", "a\x1b\x9b\u202e\xff z");
  CHECK(std::ranges::none_of(shown, [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 0x7f; }));
  CHECK(is_valid_utf8(shown));
  CHECK(shown.find("\u202e") == std::string::npos);
}

TEST_CASE("a missing place or one beyond the text is shown without an excerpt or at the end of the line") {
  CHECK(render({{{9, 1}, "x", "", 1}}, "f", "a\n") == "f:9:1: error: x\n");
  CHECK(render({{{0, 0}, "x", "", 1}}, "f", "a\n") == "f: error: x\n");
  CHECK(render({{{1, 50}, "x", "", 5}}, "f", "ab\n") == "f:1:50: error: x\n 1 | ab\n   |   ^\n");
}

}  // namespace
}  // namespace envlink::yaml
