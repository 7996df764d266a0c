// A full disk: the errors of the journal and the lock, what is kept, and that both work again with more
// space.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>

#include "journal/files_test.h"
#include "journal/lock.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::journal::testing;
using namespace envlink::state::testing;
using journal::Journal;
using journal::take_lock;

namespace {

const std::string make_room = "Free some space (disk, quota, ulimit -f), then try again";

/// While this exists, no file can grow past `bytes`, as with `ulimit -f`.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit before_{};
};

std::vector<engine::Event> two_events(int number) {
  return {{Time{}, engine::Waiting{.seconds = number, .why = std::string(700, 'x')}},
          {Time{}, engine::Waiting{.seconds = number, .why = "short"}}};
}

void add(std::vector<engine::Event>& to, const std::vector<engine::Event>& events) {
  to.insert(to.end(), events.begin(), events.end());
}

/// For a child: mounts a small disk on the folder, visible only to this process. False if the system forbids
/// it.
bool mount_small_disk(const std::string& folder) {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (user != 0 || unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", fmt::format("0 {} 1", user));
    write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
  }
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("none", folder.c_str(), "tmpfs", 0, "size=256k") == 0;
}

}  // namespace

TEST_CASE("Wherever the space ends, each append is whole or reported as failed, and the next ones work") {
  bool some_failed = false;
  for (rlim_t limit = 0; limit < 24'000; limit += 509) {
    CAPTURE(limit);
    const TempFolder folder(quick_parent());
    make_small_pages(folder.path());
    std::vector<engine::Event> expected;
    std::vector<Error> errors;
    {
      auto journal = Journal::open(folder.path());
      REQUIRE(journal.has_value());
      REQUIRE(journal->begin({.workspace = "tea-1"}, "{}") == 1);
      {
        const SizeLimit no_room(limit);
        for (int number = 0; number < 8; ++number) {
          const auto events = two_events(number);
          if (auto written = journal->append(1, events); !written) {
            errors.push_back(written.error());
          } else {
            add(expected, events);
          }
        }
      }
      CHECK(*journal->events(1) == expected);
      REQUIRE(journal->append(1, two_events(9)).has_value());
      add(expected, two_events(9));
    }
    const auto journal = Journal::open(folder.path());
    REQUIRE(journal.has_value());
    CHECK(*journal->events(1) == expected);
    some_failed = some_failed || !errors.empty();
    for (const Error& error : errors) {
      CHECK(error.what == fmt::format("The journal {} cannot be written", folder / "journal.db"));
      CHECK(error.why == "disk I/O error: File too large");
      CHECK(error.cure == make_room);
    }
  }
  CHECK(some_failed);
}

TEST_CASE("A journal that could not be created for lack of space is created later") {
  for (rlim_t limit = 0; limit < 24'000; limit += 1021) {
    CAPTURE(limit);
    const TempFolder folder(quick_parent());
    Result<void> result;
    {
      const SizeLimit no_room(limit);
      const auto journal = Journal::open(folder.path());
      if (!journal) result = fail(journal.error());
    }
    if (limit == 0) REQUIRE_FALSE(result.has_value());
    if (!result) {
      CHECK(result.error().what == fmt::format("The journal {} cannot be written", folder / "journal.db"));
      CHECK(result.error().cure == make_room);
    }
    auto journal = Journal::open(folder.path());
    REQUIRE(journal.has_value());
    CHECK(journal->begin({.workspace = "tea-1"}, "{}") == 1);
  }
}

TEST_CASE("A full disk is reported, and the journal stays whole and continues when there is space") {
  const TempFolder folder;
  const std::string told = told_by_child([&]() -> std::string {
    if (!mount_small_disk(folder.path())) return "cannot mount";
    auto journal = Journal::open(folder.path());
    if (!journal) return describe(journal.error());
    if (!journal->begin({.workspace = "tea-1"}, "{}")) return "no run";
    write_file(folder / "filler", std::string(256 * 1024, 'x'));
    std::vector<engine::Event> expected;
    Result<void> written;
    for (int number = 0; number < 100 && (written = journal->append(1, two_events(number))); ++number) {
      add(expected, two_events(number));
    }
    if (written) return "never full";
    const std::string lock = describe(take_lock(folder / "new", "tea-1", Time{}).error());
    if (journal->events(1) != expected) return "not whole";
    unlink((folder / "filler").c_str());
    if (!journal->append(1, two_events(7))) return "does not continue";
    add(expected, two_events(7));
    if (journal->events(1) != expected) return "not whole afterwards";
    return describe(written.error()) + "\n" + lock;
  });
  if (told == "cannot mount") {
    MESSAGE("not tested: this system does not allow mounting a small disk");
    return;
  }
  CHECK(
      told ==
      fmt::format("The journal {0}/journal.db cannot be written\n  why: the disk is full\n  → {1}\n"
                  "The lock {0}/new/lock-tea-1.json cannot be taken\n  why: No space left on device\n  → {1}",
                  folder.path(), make_room));
}

TEST_CASE("A lock without space for its label is not taken, and stays free") {
  const TempFolder folder;
  Result<void> taken;
  {
    const SizeLimit no_room(0);
    const auto lock = take_lock(folder.path(), "tea-1", Time{});
    if (!lock) taken = fail(lock.error());
  }
  REQUIRE_FALSE(taken.has_value());
  CHECK(taken.error().kind == ErrorKind::general);
  CHECK(taken.error().what == fmt::format("The lock {} cannot be taken", folder / "lock-tea-1.json"));
  CHECK(taken.error().why == "File too large");
  CHECK(taken.error().cure == make_room);
  CHECK(take_lock(folder.path(), "tea-1", Time{}).has_value());
}

TEST_CASE("A lock without space for its run keeps its label and is still held") {
  const TempFolder folder;
  auto lock = take_lock(folder.path(), "tea-1", Time{});
  REQUIRE(lock.has_value());
  const std::string label = read_file(folder / "lock-tea-1.json");
  Result<void> named;
  {
    const SizeLimit no_room(label.size() + 10);
    named = (*lock)->name_run(12);
  }
  REQUIRE_FALSE(named.has_value());
  CHECK(named.error().what == fmt::format("The lock {} cannot store its run 12", folder / "lock-tea-1.json"));
  CHECK(named.error().cure == make_room);
  CHECK(read_file(folder / "lock-tea-1.json") == label);
  CHECK(take_lock(folder.path(), "tea-1", Time{}).error().kind == ErrorKind::held);
  CHECK((*lock)->name_run(12).has_value());
}
