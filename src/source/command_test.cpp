#include "source/command.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "source/child_test.h"

namespace envlink::source {
namespace {

using namespace std::chrono_literals;
using Command = std::vector<std::string>;

std::string printed(const Command& command) {
  const auto bytes = output_of(command);
  REQUIRE_MESSAGE(bytes, (bytes ? "" : describe(bytes.error())));
  return bytes->text;
}

/// Errors show only the first word of a command.
std::string refusal(const Command& command, std::chrono::milliseconds most = most_time) {
  const auto refused = output_of(command, most);
  REQUIRE_FALSE(refused);
  CHECK(describe(refused.error()).find("hunter2") == std::string::npos);
  CHECK_FALSE(refused.error().cure.empty());
  return refused.error().what;
}

TEST_CASE("a command's output is returned byte for byte") {
  CHECK(printed({"printf", "a\\nb\\0\\n"}) == std::string("a\nb\0\n", 5));
  CHECK(printed({"true"}).empty());
}

TEST_CASE("a command runs in the given folder") {
  const auto bytes = output_of({"pwd"}, most_time, "/");
  REQUIRE(bytes);
  CHECK(bytes->text == "/\n");
  CHECK_FALSE(output_of({"pwd"}, most_time, "/no/such/folder"));
}

TEST_CASE("a command is run without a shell") {
  CHECK(printed({"echo", "$HOME; echo `id`", "*"}) == "$HOME; echo `id` *\n");
}

TEST_CASE("a command's output becomes a value, unless it is empty") {
  const auto value = from_command({"echo", "hunter2"}, FinalBreak::taken_off);
  REQUIRE(value);
  CHECK_FALSE(value->empty());
  CHECK(from_command({"echo"}, FinalBreak::kept));
  const auto empty = from_command({"echo"}, FinalBreak::taken_off);
  REQUIRE_FALSE(empty);
  CHECK(empty.error().what == "No value from the output of `echo`");
  CHECK_FALSE(from_command({"printf", "\\377"}, FinalBreak::kept));
}

TEST_CASE("a command that fails gives no value") {
  CHECK(refusal({"sh", "-c", "echo hunter2; exit 3"}) == "No value from `sh`: it ended with exit code 3");
  CHECK(refusal({"sh", "-c", "echo hunter2; kill -TERM $$"}) ==
        "No value from `sh`: it was killed by SIGTERM");
}

TEST_CASE("a command that cannot be started is named") {
  CHECK(refusal({"envlink-no-such-command", "hunter2"}) == "Command not found: `envlink-no-such-command`");
  CHECK(refusal({"/nowhere/op", "hunter2"}) == "Command not found: `/nowhere/op`");
  CHECK(refusal({"/etc/passwd", "hunter2"}) == "Cannot start the command `/etc/passwd`");
  CHECK(refusal({}) == "No command was given");
  CHECK(refusal({"", "hunter2"}) == "No command was given");
}

TEST_CASE("a command prints at most 1 MiB") {
  CHECK(printed({"head", "-c", "1048576", "/dev/zero"}).size() == most_bytes);
  CHECK(refusal({"head", "-c", "1048577", "/dev/zero"}) ==
        "No value from `head`: it printed more than 1 MiB");
  CHECK(refusal({"yes", "hunter2"}) == "No value from `yes`: it printed more than 1 MiB");
}

TEST_CASE("a command that takes too long is killed") {
  CHECK(refusal({"sleep", "1000"}, 5ms) == "No value from `sleep`: it took longer than 5ms and was killed");
  CHECK(refusal({"sh", "-c", "trap '' TERM INT HUP; exec sleep 1000"}, 5ms).find("took longer") !=
        std::string::npos);
  CHECK(refusal({"sh", "-c", "exec >&-; sleep 1000"}, 50ms).find("took longer") != std::string::npos);
  CHECK(refusal({"sh", "-c", "sleep 1000 & exit 0"}, 50ms).find("took longer") != std::string::npos);
}

/// A FIFO that stays open as long as a process writes to it.
class LifeLine {
 public:
  LifeLine() : path(folder_.fifo("life")), file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~LifeLine() { close(file); }
  LifeLine(const LifeLine&) = delete;
  LifeLine& operator=(const LifeLine&) = delete;

  /// Whether "up" was written since the last call.
  bool has_begun() const {
    std::array<char, 3> word{};
    return read(file, word.data(), word.size()) == 3;
  }

 private:
  testing::TempFolder folder_;

 public:
  std::string path;
  int file;
};

TEST_CASE("processes that a command started are killed with it") {
  const LifeLine life;
  const std::string script = fmt::format("exec 9>{}; echo up >&9; sleep 1000 & sleep 1000 & ", life.path);
  for (const std::string_view last : {"wait", "exit 0"}) {
    INFO(last);
    // Long enough for the script to have started, however slow the machine is.
    for (auto most = 100ms; !life.has_begun(); most *= 2)
      refusal({"sh", "-c", script + std::string(last)}, most);
    CHECK(testing::read_until(life.file).empty());
  }
}

TEST_CASE("a signal that ends the process also ends the command") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    INFO(signal);
    const LifeLine life;
    const std::string script = fmt::format("exec 9>{}; echo up >&9; sleep 1000 & wait", life.path);
    testing::Child child([&] { return output_of({"sh", "-c", script}) ? "a value" : "none"; });
    REQUIRE(testing::read_until(life.file, "up\n") == "up\n");
    child.kill(signal);
    CHECK(child.wait_for_signal() == signal);
    CHECK(testing::read_until(life.file).empty());
  }
}

TEST_CASE("if the process survives the signal, the command is still killed and gives no value") {
  const LifeLine life;
  const std::string script = fmt::format("exec 9>{}; echo up >&9; sleep 1000", life.path);
  const testing::Child child([&] {
    std::signal(SIGTERM, [](int) {});
    const auto bytes = output_of({"sh", "-c", script});
    return std::string(!bytes && bytes.error().kind == ErrorKind::interrupted ? "interrupted" : "not");
  });
  REQUIRE(testing::read_until(life.file, "up\n") == "up\n");
  child.kill(SIGTERM);
  CHECK(child.told() == "interrupted");
  CHECK(testing::read_until(life.file).empty());
}

TEST_CASE("a command that uses the terminal fails instead of waiting") {
  const testing::Terminal terminal;
  const testing::Child child([&] {
    terminal.become_mine();
    const auto bytes = output_of({"sh", "-c", "read answer </dev/tty; echo $answer"});
    return bytes ? bytes->text : bytes.error().what;
  });
  CHECK(child.told() == "No value from `sh`: it tried to use the terminal, which is not available to it");
}

TEST_CASE("a command gets no API key, no open file and no input") {
  setenv("RENDER_API_KEY", "rnd_hunter2", 1);
  setenv("RENDER_API_KEYS", "kept", 1);
  setenv("ENVLINK_STORE_KEY", "envlink-store-key-hunter2", 1);
  CHECK(printed({"sh", "-c", "echo \"${RENDER_API_KEY-none} ${ENVLINK_STORE_KEY-none} $RENDER_API_KEYS\""}) ==
        "none none kept\n");
  unsetenv("ENVLINK_STORE_KEY");
  unsetenv("RENDER_API_KEY");
  unsetenv("RENDER_API_KEYS");

  REQUIRE(dup2(STDERR_FILENO, 77) == 77);
  CHECK(printed({"sh", "-c", "test -e /proc/self/fd/77 || echo closed"}) == "closed\n");
  close(77);

  const testing::TempFolder folder;
  const std::string path = folder.file("stdin", "not for it");
  const testing::Child child([&] {
    dup2(open(path.c_str(), O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    return fmt::format("[{}]", printed({"cat"}));
  });
  CHECK(child.told() == "[]");
}

TEST_CASE("a command's stderr is passed through") {
  const testing::TempFolder folder;
  const std::string path = folder.file("stderr", "");
  const testing::Child child([&] {
    dup2(open(path.c_str(), O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    const auto bytes = output_of({"sh", "-c", "echo not signed in >&2; echo out"});
    return bytes ? bytes->text : "";
  });
  CHECK(child.told() == "out\n");
  std::string said;
  std::getline(std::ifstream(path), said);
  CHECK(said == "not signed in");
}

TEST_CASE("the exit status is known even if SIGCHLD is ignored, and signal handling is restored") {
  const testing::Child child([] {
    std::signal(SIGCHLD, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    const auto bytes = output_of({"sh", "-c", "kill -PIPE $$"});
    const bool kept = std::signal(SIGCHLD, SIG_DFL) == SIG_IGN;
    return fmt::format("{}, {}", bytes ? "a value" : bytes.error().what, kept ? "kept" : "changed");
  });
  CHECK(child.told() == "No value from `sh`: it was killed by SIGPIPE, kept");
}

}  // namespace
}  // namespace envlink::source
