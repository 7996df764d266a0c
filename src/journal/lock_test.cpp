#include "journal/lock.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include "state/names.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::state::testing;
using journal::take_lock;

namespace {

const Time since = *parse_rfc3339("2026-11-23T21:17:29Z");

/// Waits until the other end writes one byte; false if it is closed.
bool await_byte(int descriptor) {
  char byte = 0;
  return read(descriptor, &byte, 1) == 1;
}

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() { REQUIRE(pipe2(ends, O_CLOEXEC) == 0); }
  ~Pipe() {
    close(ends[0]);
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int reader() const { return ends[0]; }
  int writer() const { return ends[1]; }
  void close_writer() { close(std::exchange(ends[1], -1)); }
  void put() const { CHECK(write(ends[1], "y", 1) == 1); }
};

/// A child process that holds a lock until it is killed. Calls `then` in the child once it has the lock.
class Holder {
 public:
  Holder(
      const std::string& folder, const std::string& workspace,
      const std::function<void(run::Lock&)>& then = [](run::Lock&) {}) {
    Pipe taken;
    pid_ = fork();
    if (pid_ == 0) {
      auto lock = take_lock(folder, workspace, since);
      if (!lock) _exit(1);
      then(**lock);
      taken.put();
      for (;;) pause();
    }
    taken.close_writer();
    CHECK(await_byte(taken.reader()));
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

std::string content_of(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("A lock held by another process is refused with the holder's name, and free once that is killed") {
  const TempFolder folder;
  Holder holder(folder.path(), "tea-1");
  const auto refused = take_lock(folder.path(), "tea-1", since);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::held);
  CHECK(refused.error().what == "Another run is in progress in the workspace tea-1");
  CHECK(refused.error().why ==
        fmt::format("it was started by {} on {} at 2026-11-23T21:17:29.000000Z (process {})",
                    state::user_name(), state::host_name(), holder.pid()));
  CHECK(take_lock(folder.path(), "tea-2", since).has_value());
  holder.kill();
  CHECK(take_lock(folder.path(), "tea-1", since).has_value());
}

TEST_CASE("A held lock shows the run once its holder has named it, and the next holder empties the file") {
  const TempFolder folder;
  Holder holder(folder.path(), "tea-1", [](run::Lock& lock) {
    if (!lock.name_run(11) || !lock.name_run(12)) _exit(1);
  });
  const auto refused = take_lock(folder.path(), "tea-1", since);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::held);
  CHECK(refused.error().why ==
        fmt::format("it was started by {} on {} at 2026-11-23T21:17:29.000000Z (process {}, run 12)",
                    state::user_name(), state::host_name(), holder.pid()));
  holder.kill();
  const auto next = take_lock(folder.path(), "tea-1", since);
  REQUIRE(next.has_value());
  CHECK(content_of(folder / "lock-tea-1.json").find("run") == std::string::npos);
}

TEST_CASE("While a label is only partly written, the one before it still applies") {
  const TempFolder folder;
  auto lock = take_lock(folder.path(), "tea-1", since);
  REQUIRE((*lock)->name_run(12).has_value());
  const std::string whole = content_of(folder / "lock-tea-1.json");
  REQUIRE((*lock)->name_run(13).has_value());
  const std::string both = content_of(folder / "lock-tea-1.json");
  for (std::size_t length = whole.size(); length <= both.size(); ++length) {
    std::ofstream(folder / "lock-tea-1.json") << both.substr(0, length);
    const auto refused = take_lock(folder.path(), "tea-1", since);
    REQUIRE_FALSE(refused.has_value());
    REQUIRE(refused.error().why.ends_with(length < both.size() ? "run 12)" : "run 13)"));
  }
}

TEST_CASE("A reader never sees a partly written label") {
  const TempFolder folder;
  Pipe stop;
  const pid_t pid = fork();
  if (pid == 0) {
    auto lock = take_lock(folder.path(), "tea-1", since);
    if (!lock || !(*lock)->name_run(1)) _exit(1);
    stop.put();
    for (std::int64_t run = 1; run <= 20'000 && (*lock)->name_run(run % 1000 + 1); ++run) {
    }
    for (;;) pause();
  }
  REQUIRE(await_byte(stop.reader()));
  for (int i = 0; i < 200; ++i) {
    const auto refused = take_lock(folder.path(), "tea-1", since);
    REQUIRE_FALSE(refused.has_value());
    REQUIRE(refused.error().why.find(", run ") != std::string::npos);
  }
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST_CASE("A program that the holder started does not keep the lock when the holder is killed") {
  const TempFolder folder;
  Pipe in;
  Pipe out;
  Holder holder(folder.path(), "tea-1", [&](run::Lock&) {
    if (fork() != 0) return;
    dup2(in.reader(), STDIN_FILENO);
    dup2(out.writer(), STDOUT_FILENO);
    execl("/bin/cat", "cat", nullptr);
    _exit(1);
  });
  in.put();
  REQUIRE(await_byte(out.reader()));  // the program runs
  holder.kill();
  CHECK(take_lock(folder.path(), "tea-1", since).has_value());
  in.put();
  CHECK(await_byte(out.reader()));  // and was still running
}

TEST_CASE("A lock whose named process has ended says so, and how to find the holder") {
  const TempFolder folder;
  Pipe end;
  Pipe told;
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  Holder holder(folder.path(), "tea-1", [&](run::Lock&) {
    const pid_t heir = fork();
    if (heir != 0) {
      CHECK(write(told.writer(), &heir, sizeof heir) == sizeof heir);
      return;
    }
    end.close_writer();
    await_byte(end.reader());
    _exit(0);
  });
  pid_t heir = -1;
  REQUIRE(read(told.reader(), &heir, sizeof heir) == sizeof heir);
  const pid_t named = holder.pid();
  holder.kill();
  const auto refused = take_lock(folder.path(), "tea-1", since);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::held);
  CHECK(refused.error().why ==
        fmt::format("its lock names process {}, which was started by {} on {} at 2026-11-23T21:17:29.000000Z "
                    "and has ended",
                    named, state::user_name(), state::host_name()));
  CHECK(refused.error().cure.find(fmt::format("lsof '{}'", folder / "lock-tea-1.json")) != std::string::npos);
  end.close_writer();
  CHECK(waitpid(heir, nullptr, 0) == heir);
  REQUIRE(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
  CHECK(take_lock(folder.path(), "tea-1", since).has_value());
}

TEST_CASE("A lock is released when it goes out of scope, moved or not; its file stays") {
  const TempFolder folder;
  {
    auto first = take_lock(folder.path(), "tea-1", since);
    REQUIRE(first.has_value());
    const auto moved = std::move(*first);
    CHECK_FALSE(take_lock(folder.path(), "tea-1", since).has_value());
  }
  CHECK(take_lock(folder.path(), "tea-1", since).has_value());
  CHECK(mode_of(folder / "lock-tea-1.json") == 0600);
  CHECK(content_of(folder / "lock-tea-1.json") ==
        fmt::format("{{\"pid\":{},\"user\":\"{}\",\"host\":\"{}\",\"since\":\"2026-11-23T21:17:29.000000Z\","
                    "\"program\":\"envlink\"}}\n",
                    getpid(), state::user_name(), state::host_name()));
}

TEST_CASE("A workspace id cannot escape the folder") {
  const TempFolder folder;
  const auto lock = take_lock(folder / "state", "../../etc/tea-1\n\x1b", since);
  REQUIRE(lock.has_value());
  CHECK(std::filesystem::exists(folder / "state/lock-etctea-1.json"));
}

TEST_CASE("A held lock whose file contains nonsense is still held") {
  const TempFolder folder;
  const auto lock = take_lock(folder.path(), "tea-1", since);
  for (const std::string& content :
       {std::string(), std::string("{"), std::string("[1,2]"), std::string("null"),
        std::string("{\"pid\":\"me\"}"), std::string(100'000, '['), std::string("\xff\0\x01", 3)}) {
    std::ofstream(folder / "lock-tea-1.json", std::ios::binary) << content << "\n";
    const auto refused = take_lock(folder.path(), "tea-1", since);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::held);
    CHECK(refused.error().why == "its lock does not say who holds it");
  }
  std::ofstream(folder / "lock-tea-1.json")
      << R"({"pid": 7, "user": "a\u001b[31m\nb", "host": 1, "since": null})" << "\n";
  const auto refused = take_lock(folder.path(), "tea-1", since);
  CHECK(refused.error().why.find('\x1b') == std::string::npos);
  CHECK(refused.error().why.find("process 7") != std::string::npos);
}
