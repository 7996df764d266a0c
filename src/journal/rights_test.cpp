// The errors of the journal and the lock for folders and files that are in the way or not writable.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "journal/files_test.h"
#include "journal/lock.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::journal::testing;
using namespace envlink::state::testing;
using journal::Journal;
using journal::take_lock;

namespace {

std::string use_journal(const std::string& folder) {
  auto journal = Journal::open(folder);
  const auto run =
      journal ? journal->begin({.workspace = "tea-1"}, "{}") : Result<std::int64_t>(fail(journal.error()));
  return run ? "done" : describe(run.error());
}

std::string use_lock(const std::string& folder) {
  const auto lock = take_lock(folder, "tea-1", Time{});
  if (!lock && lock.error().kind != ErrorKind::general) return "the wrong kind of error";
  return lock ? "done" : describe(lock.error());
}

/// The text that `action` returns in a process that is not root.
template <class Action>
std::string told_by_stranger(Action action) {
  return told_by_child([&] {
    stop_being_root();
    return action();
  });
}

std::string message(const std::string& what, const std::string& why, const std::string& cure) {
  return fmt::format("{}\n  why: {}\n  → {}", what, why, cure);
}

const std::string make_writable =
    "Make it and its folder writable for you, or set XDG_STATE_HOME to a writable folder";
const std::string file_in_the_way =
    "A file exists where envlink needs a folder: move the file away, or set XDG_STATE_HOME to another folder";
const std::string folder_in_the_way =
    "A folder exists where envlink needs a file: move the folder away, or set XDG_STATE_HOME to another "
    "folder";

/// A folder in which a user other than root has a journal and a lock.
class Used {
 public:
  Used() {
    chmod(folder_.path().c_str(), 0777);
    CHECK(told_by_stranger([&] { return use_journal(state()) + use_lock(state()); }) == "donedone");
  }
  ~Used() { chmod(state().c_str(), 0700); }  // or only root could remove it
  Used(const Used&) = delete;
  Used& operator=(const Used&) = delete;
  std::string state() const { return folder_ / "state"; }
  std::string journal() const { return state() + "/journal.db"; }
  std::string lock() const { return state() + "/lock-tea-1.json"; }
  void set_rights(mode_t folder, mode_t files) const {
    REQUIRE(chmod(journal().c_str(), files) == 0);
    REQUIRE(chmod(lock().c_str(), files) == 0);
    REQUIRE(chmod(state().c_str(), folder) == 0);
  }
  std::string journal_tells() const {
    return told_by_stranger([&] { return use_journal(state()); });
  }
  std::string lock_tells() const {
    return told_by_stranger([&] { return use_lock(state()); });
  }

 private:
  TempFolder folder_;
};

}  // namespace

TEST_CASE("Files that are not writable are named, with what to do") {
  const Used used;
  used.set_rights(0700, 0400);
  CHECK(used.journal_tells() == message(fmt::format("The journal {} cannot be written", used.journal()),
                                        "it is read-only for you", make_writable));
  CHECK(used.lock_tells() ==
        message(fmt::format("The lock {} cannot be taken", used.lock()), "Permission denied", make_writable));
  used.set_rights(0700, 0600);
  CHECK(used.journal_tells() == "done");
  CHECK(used.lock_tells() == "done");
}

TEST_CASE("Files that are not readable are named, with what to do") {
  const Used used;
  used.set_rights(0700, 0);
  CHECK(used.journal_tells() == message(fmt::format("The journal {} cannot be written", used.journal()),
                                        "unable to open database file: Permission denied", make_writable));
}

TEST_CASE("A read-only state folder is an error for the journal, which needs files next to its own") {
  const Used used;
  used.set_rights(0500, 0600);
  CHECK(used.journal_tells() == message(fmt::format("The journal {} cannot be written", used.journal()),
                                        "attempt to write a readonly database", make_writable));
  CHECK(used.lock_tells() == "done");  // its file exists
  chmod(used.state().c_str(), 0700);
  REQUIRE(unlink(used.lock().c_str()) == 0);
  chmod(used.state().c_str(), 0500);
  CHECK(used.lock_tells() ==
        message(fmt::format("The lock {} cannot be taken", used.lock()), "Permission denied", make_writable));
}

TEST_CASE("Using the journal removes other users' permissions on it") {
  const Used used;
  CHECK(told_by_stranger([&] { return use_journal(used.state()); }) == "done");
  for (const mode_t mode : {0644U, 0666U, 0640U}) {
    used.set_rights(0777, mode);
    CHECK(used.journal_tells() == "done");
    struct stat found{};
    REQUIRE(stat(used.journal().c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    REQUIRE(stat(used.state().c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0700);
  }
}

TEST_CASE("A folder or a journal of another user is refused") {
  const std::string why = "it belongs to another user, who could change its contents";
  const std::string cure = "Set XDG_STATE_HOME to a folder of your own";
  CHECK(told_by_stranger([] { return use_journal("/usr"); }) ==
        message("The folder /usr cannot be used", why, cure));
  CHECK(told_by_stranger([] { return use_lock("/usr"); }) ==
        message("The folder /usr cannot be used", why, cure));
  const Used used;
  used.set_rights(0700, 0666);
  // Only root may give a file away.
  const bool given = chown(used.journal().c_str(), 1, 1) == 0;
  CHECK(used.journal_tells() ==
        (given ? message(fmt::format("The journal {} cannot be used", used.journal()), why, cure) : "done"));
}

TEST_CASE("A symbolic link in the place of the journal is refused") {
  const TempFolder folder;
  CHECK(use_journal(folder / "elsewhere") == "done");
  std::filesystem::create_directory(folder / "state");
  std::filesystem::create_symlink(folder / "elsewhere/journal.db", folder / "state/journal.db");
  CHECK(use_journal(folder / "state") ==
        message(fmt::format("The journal {} cannot be used", folder / "state/journal.db"),
                "it is a symbolic link",
                "Move its target here, or set XDG_STATE_HOME to the folder of the target"));
}

TEST_CASE("A folder that cannot be created is an error that names it") {
  const TempFolder folder;
  chmod(folder.path().c_str(), 0555);
  const std::string expected =
      message("The folder " + (folder / "state") + " cannot be created", "Permission denied", make_writable);
  CHECK(told_by_stranger([&] { return use_journal(folder / "state"); }) == expected);
  CHECK(told_by_stranger([&] { return use_lock(folder / "state"); }) == expected);
}

TEST_CASE("A file in the place of the state folder or a parent is reported as such") {
  const TempFolder folder;
  write_file(folder / "file", "");
  for (const std::string& path : {folder / "file", folder / "file/state"}) {
    const std::string expected =
        message("The folder " + path + " cannot be created", "Not a directory", file_in_the_way);
    CHECK(use_journal(path) == expected);
    CHECK(use_lock(path) == expected);
  }
}

TEST_CASE("A folder or a link in the place of a file is reported as such") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "journal.db");
  std::filesystem::create_directory(folder / "lock-tea-1.json");
  CHECK(use_journal(folder.path()) ==
        message(fmt::format("The journal {} cannot be written", folder / "journal.db"),
                "unable to open database file: Is a directory", folder_in_the_way));
  CHECK(use_lock(folder.path()) ==
        message(fmt::format("The lock {} cannot be taken", folder / "lock-tea-1.json"), "Is a directory",
                folder_in_the_way));
  std::filesystem::remove(folder / "lock-tea-1.json");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "lock-tea-1.json");
  CHECK(use_lock(folder.path()) ==
        message(fmt::format("The lock {} cannot be taken", folder / "lock-tea-1.json"),
                "Too many levels of symbolic links", "It is a symbolic link: remove it"));
  CHECK_FALSE(std::filesystem::exists(folder / "elsewhere"));
}
