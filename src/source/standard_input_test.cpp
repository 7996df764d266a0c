#include "source/standard_input.h"

#include <doctest/doctest.h>

#include "source/child_test.h"
#include "source/open_file.h"

namespace envlink::source {
namespace {

/// What from_stdin returns if stdin is `file`.
std::string read_as_stdin(int file, FinalBreak final_break) {
  const testing::Child child([&] {
    dup2(file, STDIN_FILENO);
    const auto secret = from_stdin(final_break);
    return secret ? std::string(secret->empty() ? "empty" : "a value")
                  : secret.error().what + "; " + secret.error().why;
  });
  return child.told();
}

std::string read_as_stdin(std::string_view content, FinalBreak final_break) {
  const testing::TempFolder folder;
  const std::string path = folder.file("stdin", content);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string told = read_as_stdin(file, final_break);
  close(file);
  return told;
}

TEST_CASE("the whole standard input is the value") {
  CHECK(read_as_stdin("a\nb", FinalBreak::taken_off) == "a value");
  CHECK(read_as_stdin("\n", FinalBreak::kept) == "a value");
  CHECK(read_as_stdin(std::string(most_bytes, 'x'), FinalBreak::kept) == "a value");
}

TEST_CASE("standard input can also be a pipe that delivers in pieces") {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  const testing::Child writer([&] {
    close(ends[0]);
    for (int i = 0; i < 50; ++i) {
      if (!testing::put(ends[1], std::string(4096, 'x'))) return std::string("unwritten");
    }
    return std::string();
  });
  close(ends[1]);
  const auto bytes = read_whole(ends[0], "standard input");
  close(ends[0]);
  REQUIRE(bytes);
  CHECK(bytes->text == std::string(50 * 4096, 'x'));
}

TEST_CASE("standard input without a value is refused") {
  CHECK(read_as_stdin("", FinalBreak::kept) == "No value from standard input; it is empty");
  CHECK(read_as_stdin("\r\n", FinalBreak::taken_off) ==
        "No value from standard input; it contains only a line break");
  CHECK(read_as_stdin("a\xff", FinalBreak::kept) ==
        "The value from standard input cannot be sent to Render; line 1, byte 2 is not UTF-8");
  CHECK(read_as_stdin(std::string(most_bytes + 1, 'x'), FinalBreak::kept) ==
        "The value from standard input cannot be sent to Render; it is larger than 1 MiB");
}

TEST_CASE("a value is not read from a terminal that would show it") {
  const testing::Terminal terminal;
  CHECK(read_as_stdin(terminal.program(), FinalBreak::kept) ==
        "The value would be visible while you type it; standard input is a terminal");
}

}  // namespace
}  // namespace envlink::source
