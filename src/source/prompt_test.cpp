#include "source/prompt.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "source/child_test.h"
#include "source/terminal.h"

namespace envlink::source {
namespace {

std::string outcome(const auto& result) {
  if (!result) return fmt::format("{}; {}", result.error().what, result.error().why);
  return "a value";
}

/// Runs from_prompt in a process with the given terminal.
class Prompt {
 public:
  explicit Prompt(const testing::Terminal& terminal)
      : child([&] {
          terminal.become_mine();
          return outcome(from_prompt("DATABASE_URL"));
        }) {}
  testing::Child child;
};

TEST_CASE("a value is asked for twice and never shown") {
  const testing::Terminal terminal;
  REQUIRE(terminal.echoes());
  Prompt prompt(terminal);
  std::string shown = terminal.shows("New value of DATABASE_URL (not shown): ");
  CHECK_FALSE(terminal.echoes());
  REQUIRE(terminal.types("hunter2\n"));
  shown += terminal.shows("Same value again: ");
  CHECK_FALSE(terminal.echoes());
  REQUIRE(terminal.types("hunter2\n"));
  CHECK(prompt.child.told() == "a value");
  CHECK(terminal.echoes());
  CHECK(shown == "New value of DATABASE_URL (not shown): \r\nSame value again: ");
}

TEST_CASE("the line break is not part of the typed value") {
  const testing::Terminal terminal;
  const testing::Child child([&] {
    terminal.become_mine();
    const auto quiet = QuietTerminal::open();
    if (!quiet) return outcome(quiet);
    const auto line = (*quiet)->ask("? ");
    return line ? fmt::format("[{}]", line->text) : outcome(line);
  });
  terminal.shows("? ");
  REQUIRE(terminal.types(" hunted\x7fr2 \xc3\xa4\n"));
  CHECK(child.told() == "[ hunter2 \xc3\xa4]");
}

TEST_CASE("two answers that differ are refused") {
  const testing::Terminal terminal;
  Prompt prompt(terminal);
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("hunter2\n"));
  terminal.shows("Same value again: ");
  REQUIRE(terminal.types("hunter3\n"));
  CHECK(prompt.child.told() == "The two entries differ; ");
  CHECK(terminal.echoes());
}

TEST_CASE("an empty answer is refused, without asking again") {
  const testing::Terminal terminal;
  Prompt prompt(terminal);
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("\n"));
  CHECK(prompt.child.told() == "No value from the prompt; it is empty");
  CHECK(terminal.echoes());
}

TEST_CASE("the end of input is not an answer") {
  const testing::Terminal terminal;
  Prompt prompt(terminal);
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("\x04"));
  CHECK(prompt.child.told() == "No value was typed; the input ended");
  CHECK(terminal.echoes());
}

TEST_CASE("an answer that is not text is refused") {
  const testing::Terminal terminal;
  Prompt prompt(terminal);
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("hunter2\xff\n"));
  CHECK(prompt.child.told() ==
        "The value from the prompt cannot be sent to Render; line 1, byte 8 is not UTF-8");
}

TEST_CASE("an answer that the terminal may have cut off is refused") {
  const testing::Terminal terminal;
  Prompt prompt(terminal);
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types(std::string(2500, 'x')));
  REQUIRE(terminal.types(std::string(2500, 'x')));
  REQUIRE(terminal.types("\n"));
  CHECK(prompt.child.told() ==
        "The value is too long to be typed at a terminal; a terminal delivers at most 4095 bytes of a line "
        "and drops the rest");
  CHECK(terminal.echoes());
}

TEST_CASE("Ctrl-C and signals at the prompt end the process and restore the terminal") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    INFO(signal);
    const testing::Terminal terminal;
    Prompt prompt(terminal);
    terminal.shows("New value of DATABASE_URL (not shown): ");
    REQUIRE(terminal.types("hunt"));
    REQUIRE_FALSE(terminal.echoes());
    if (signal == SIGINT) {
      REQUIRE(terminal.types("\x03"));
    } else {
      prompt.child.kill(signal);
    }
    CHECK(prompt.child.wait_for_signal() == signal);
    CHECK(terminal.echoes());
  }
}

TEST_CASE("if the process survives Ctrl-C, the prompt fails and restores the terminal") {
  const testing::Terminal terminal;
  const testing::Child child([&] {
    terminal.become_mine();
    std::signal(SIGINT, [](int) {});
    const auto secret = from_prompt("DATABASE_URL");
    return std::string(!secret && secret.error().kind == ErrorKind::interrupted ? "interrupted" : "not");
  });
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("\x03"));
  CHECK(child.told() == "interrupted");
  CHECK(terminal.echoes());
}

volatile std::sig_atomic_t stopped_quietly = -1;

TEST_CASE("Ctrl-Z waits until the terminal is restored") {
  const testing::Terminal terminal;
  const testing::Child child([&] {
    terminal.become_mine();
    std::signal(SIGTSTP, [](int) {
      termios now{};
      tcgetattr(STDIN_FILENO, &now);
      stopped_quietly = (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0 ? 0 : 1;
    });
    const std::string told = outcome(from_prompt("DATABASE_URL"));
    return fmt::format("{}, {}", told, static_cast<int>(stopped_quietly));
  });
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("\x1a"));
  REQUIRE(terminal.types("hunter2\n"));
  terminal.shows("Same value again: ");
  REQUIRE(terminal.types("hunter2\n"));
  CHECK(child.told() == "a value, 0");
}

TEST_CASE("extra typed lines are not left for the shell") {
  const testing::Terminal terminal;
  const testing::Child child([&] {
    terminal.become_mine();
    const std::string told = outcome(from_prompt("DATABASE_URL"));
    pollfd wait{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return fmt::format("{}, {} left", told, poll(&wait, 1, 0));
  });
  terminal.shows("New value of DATABASE_URL (not shown): ");
  REQUIRE(terminal.types("line 1\nline 2\nline 3\n"));
  CHECK(child.told() == "The two entries differ; , 0 left");
}

TEST_CASE("without a terminal the prompt fails") {
  const testing::Child child([] {
    setsid();
    const auto secret = from_prompt("DATABASE_URL");
    return secret ? std::string("a value") : secret.error().what + "; " + secret.error().cure;
  });
  CHECK(child.told() ==
        "Cannot ask for the value: there is no terminal; Give the value with --stdin, --from-file or "
        "--from-env.");
}

}  // namespace
}  // namespace envlink::source
