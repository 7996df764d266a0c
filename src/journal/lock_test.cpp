#include "journal/lock.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "journal/origin.h"
#include "journal/temp_folder_test.h"

using namespace envlink;
using namespace envlink::journal::testing;
using journal::Lock;

namespace {

const Time since = *parse_rfc3339("2026-11-23T21:17:29Z");

/// A child process that holds a lock until it is killed.
class Holder {
 public:
  Holder(const std::string& folder, const std::string& workspace) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      const auto lock = Lock::take(folder, workspace, since);
      const char taken = lock.has_value() ? 'y' : 'n';
      if (write(ends[1], &taken, 1) != 1) _exit(1);
      for (;;) pause();
    }
    close(ends[1]);
    char taken = 'n';
    CHECK(read(ends[0], &taken, 1) == 1);
    CHECK(taken == 'y');
    close(ends[0]);
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

TEST_CASE("A lock held by another process is refused with its holder's name, and free when that is killed") {
  const TempFolder folder;
  Holder holder(folder.path(), "tea-1");
  const auto refused = Lock::take(folder.path(), "tea-1", since);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::held);
  CHECK(refused.error().what == "Another run works on the workspace tea-1");
  CHECK(refused.error().why ==
        fmt::format("it was started by {} on {} at 2026-11-23T21:17:29.000000Z and is process {}",
                    journal::user_name(), journal::host_name(), holder.pid()));
  CHECK(Lock::take(folder.path(), "tea-2", since).has_value());
  holder.kill();
  CHECK(Lock::take(folder.path(), "tea-1", since).has_value());
}

TEST_CASE("A lock is free again when it goes out of scope, moved or not; its file stays") {
  const TempFolder folder;
  {
    auto first = Lock::take(folder.path(), "tea-1", since);
    REQUIRE(first.has_value());
    const Lock moved = std::move(*first);
    CHECK_FALSE(Lock::take(folder.path(), "tea-1", since).has_value());
  }
  CHECK(Lock::take(folder.path(), "tea-1", since).has_value());
  CHECK(mode_of(folder / "lock-tea-1.json") == 0600);
  CHECK(content_of(folder / "lock-tea-1.json") ==
        fmt::format("{{\"pid\":{},\"user\":\"{}\",\"host\":\"{}\",\"since\":\"2026-11-23T21:17:29.000000Z\","
                    "\"program\":\"envlink\"}}\n",
                    getpid(), journal::user_name(), journal::host_name()));
}

TEST_CASE("A workspace id cannot lead out of the folder") {
  const TempFolder folder;
  const auto lock = Lock::take(folder / "state", "../../etc/tea-1\n\x1b", since);
  REQUIRE(lock.has_value());
  CHECK(std::filesystem::exists(folder / "state/lock-etctea-1.json"));
}

TEST_CASE("A held lock whose file tells nonsense is still held") {
  const TempFolder folder;
  const auto lock = Lock::take(folder.path(), "tea-1", since);
  for (const std::string& content :
       {std::string(), std::string("{"), std::string("[1,2]"), std::string("null"),
        std::string("{\"pid\":\"me\"}"), std::string(100'000, '['), std::string("\xff\0\x01", 3)}) {
    std::ofstream(folder / "lock-tea-1.json", std::ios::binary) << content;
    const auto refused = Lock::take(folder.path(), "tea-1", since);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::held);
    CHECK(refused.error().why == "its lock does not say whose it is");
  }
  std::ofstream(folder / "lock-tea-1.json")
      << R"({"pid": 7, "user": "a\u001b[31m\nb", "host": 1, "since": null})";
  const auto refused = Lock::take(folder.path(), "tea-1", since);
  CHECK(refused.error().why.find('\x1b') == std::string::npos);
  CHECK(refused.error().why.find("process 7") != std::string::npos);
}

TEST_CASE("A folder that cannot be written is a clear error, not a held lock") {
  const TempFolder folder;
  chmod(folder.path().c_str(), 0555);
  CHECK(in_child([&] {
    stop_being_root();
    const auto lock = Lock::take(folder.path(), "tea-1", since);
    return !lock && lock.error().kind == ErrorKind::general && lock.error().why == "Permission denied";
  }));
}
