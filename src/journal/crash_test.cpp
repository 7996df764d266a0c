// What a crash or a bad disk may leave of the journal's files, byte by byte.

#include <doctest/doctest.h>

#include <algorithm>

#include "journal/files_test.h"
#include "state/temp_folder_test.h"

using namespace envlink;
using namespace envlink::journal::testing;
using namespace envlink::state::testing;
using journal::Journal;

namespace {

engine::Event event(int number, const std::string& text) {
  return {Time(std::chrono::seconds(1'795'000'000)), engine::Waiting{.seconds = number, .why = text}};
}

/// Sizes that put events on one page, on several pages, and together on one.
const std::vector<std::vector<engine::Event>> appends = {{event(1, "one")},
                                                         {event(2, "two"), event(3, std::string(40, '3'))},
                                                         {event(4, std::string(300, '4'))},
                                                         {event(5, "five"), event(6, "six")}};

std::vector<engine::Event> events_of_first(std::size_t count) {
  std::vector<engine::Event> events;
  for (std::size_t i = 0; i < count; ++i) events.insert(events.end(), appends[i].begin(), appends[i].end());
  return events;
}

struct Written {
  Files files;                    // before the journal was closed: the run is in the -wal
  std::size_t began_at = 0;       // the length of the -wal after the run began
  std::vector<std::size_t> ends;  // after each append returned

  /// How many appends had returned when the -wal had this length.
  std::size_t appends_in(std::size_t length) const {
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), length) - ends.begin());
  }
};

Written write_journal(const std::string& folder) {
  make_small_pages(folder);
  REQUIRE(Journal::open(folder).has_value());
  auto journal = Journal::open(folder);
  REQUIRE(journal.has_value());
  Written written;
  const auto length = [&] { return std::filesystem::file_size(folder + "/journal.db-wal"); };
  REQUIRE(journal->begin({.workspace = "tea-1", .file = "f", .user = "u", .host = "h"}, "{}").has_value());
  written.began_at = length();
  for (const auto& events : appends) {
    REQUIRE(journal->append(1, events).has_value());
    written.ends.push_back(length());
  }
  written.files = files_in(folder);
  return written;
}

struct Found {
  bool damaged = false;
  std::size_t runs = 0;
  std::vector<engine::Event> events;
};

/// Opens the journal in these files and reads everything. What cannot be read must be reported as damaged.
Found look(const std::string& folder, const Files& files) {
  put_files(folder, files);
  const auto journal = Journal::open(folder);
  const auto runs = journal ? journal->runs("", 10) : fail(journal.error());
  const auto events = runs ? journal->events(1) : fail(runs.error());
  if (events) return {false, runs->size(), *events};
  CHECK(events.error().what.find("is damaged") != std::string::npos);
  CHECK(events.error().cure.find("mv '") != std::string::npos);
  return {true, 0, {}};
}

/// The number of whole appends that these events consist of, in order; nullopt if they are anything else.
std::optional<std::size_t> whole_appends(const std::vector<engine::Event>& events) {
  for (std::size_t count = 0; count <= appends.size(); ++count) {
    if (events == events_of_first(count)) return count;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("With its -wal cut at any byte, the journal contains exactly the appends before the cut") {
  const TempFolder folder(quick_parent());
  const Written written = write_journal(folder.path());
  REQUIRE(written.ends.back() == written.files.wal.size());
  for (std::size_t length = 0; length <= written.files.wal.size(); ++length) {
    CAPTURE(length);
    const Found found = look(folder.path(), {written.files.main, written.files.wal.substr(0, length)});
    REQUIRE_FALSE(found.damaged);
    REQUIRE(found.runs == (length >= written.began_at ? 1 : 0));
    REQUIRE(whole_appends(found.events) == written.appends_in(length));
  }
}

TEST_CASE("After a cut at any append the journal accepts more") {
  const TempFolder folder(quick_parent());
  const Written written = write_journal(folder.path());
  for (std::size_t count = 0; count < appends.size(); ++count) {
    // One byte short of the whole append: it is lost, and the next write replaces it.
    put_files(folder.path(), {written.files.main, written.files.wal.substr(0, written.ends[count] - 1)});
    auto journal = Journal::open(folder.path());
    REQUIRE(journal->append(1, appends[count]).has_value());
    CHECK(*journal->events(1) == events_of_first(count + 1));
  }
}

TEST_CASE("With its main file cut at any byte, the journal reports damage if anything is lost") {
  const TempFolder folder(quick_parent());
  write_journal(folder.path());  // closed again: everything is in the main file
  const Files files = files_in(folder.path());
  REQUIRE(files.wal.empty());
  for (std::size_t length = 0; length <= files.main.size(); ++length) {
    CAPTURE(length);
    const Found found = look(folder.path(), {files.main.substr(0, length), ""});
    // An empty file is what a process leaves if it is killed before creating the tables. SQLite treats one
    // byte the same way.
    if (length <= 1) {
      REQUIRE((!found.damaged && found.runs == 0));
    } else if (length < files.main.size()) {
      // The end of the last page may be unused. Then nothing is missing.
      REQUIRE((found.damaged || whole_appends(found.events) == appends.size()));
    } else {
      REQUIRE(whole_appends(found.events) == appends.size());
    }
  }
}

TEST_CASE("A journal cut while its tables were created is created again") {
  const TempFolder folder(quick_parent());
  make_small_pages(folder.path());
  Files files;
  {
    const auto journal = Journal::open(folder.path());
    files = files_in(folder.path());
  }
  constexpr std::size_t step = 7;
  for (std::size_t length = 0; length < files.wal.size() + step; length += step) {
    CAPTURE(length);
    put_files(folder.path(), {files.main, files.wal.substr(0, length)});
    auto journal = Journal::open(folder.path());
    REQUIRE(journal.has_value());
    REQUIRE(journal->begin({.workspace = "tea-1"}, "{}") == 1);
  }
}

TEST_CASE("Changing any byte of the -wal never produces an event that was not written") {
  const TempFolder folder(quick_parent());
  const Written written = write_journal(folder.path());
  const std::string& wal = written.files.wal;
  // Every third byte, to save time: each field of a frame's header is longer than that.
  for (std::size_t at = 0; at < wal.size(); at += 3) {
    CAPTURE(at);
    Files changed = written.files;
    // Zeroed, like a block that was never written, and with one bit flipped.
    changed.wal[at] = wal[at] != 0 && at % 2 == 0 ? '\0' : static_cast<char>(wal[at] ^ (1 << (at % 8)));
    const Found found = look(folder.path(), changed);
    // Everything before the changed frame is kept, and nothing after it.
    REQUIRE((found.damaged || whole_appends(found.events) == written.appends_in(at)));
  }
}
