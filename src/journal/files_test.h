#pragma once
// The journal's files as bytes, to cut and change them as a crash or a bad disk would.

#include <filesystem>
#include <string>

#include "journal/journal.h"
#include "journal/sqlite.h"
#include "state/temp_folder_test.h"

namespace envlink::journal::testing {

/// The files that survive a crash; the -shm is created again.
struct Files {
  std::string main;
  std::string wal;
};

inline Files files_in(const std::string& folder) {
  return {state::testing::read_file(folder + "/journal.db"),
          state::testing::read_file(folder + "/journal.db-wal")};
}

inline void put_files(const std::string& folder, const Files& files) {
  std::filesystem::remove(folder + "/journal.db-shm");
  state::testing::write_file(folder + "/journal.db", files.main);
  state::testing::write_file(folder + "/journal.db-wal", files.wal);
}

/// An empty database with the smallest pages, so that there are few bytes to test.
inline void make_small_pages(const std::string& folder) {
  sqlite::Database database(folder + "/journal.db", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  database.execute("PRAGMA page_size = 512");
  database.execute("PRAGMA journal_mode = WAL");
}

}  // namespace envlink::journal::testing
