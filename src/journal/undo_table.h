#pragma once
// The journal's rows with the sealed values from before a run. Throws sqlite::Failure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "journal/sqlite.h"
#include "keys/seal_key.h"

namespace envlink::journal {

struct UndoRow {
  std::int64_t run = 0;
  std::size_t position = 0;
  keys::SealedValue sealed{};
};

/// Positions that already have a row keep it.
void add_undo(sqlite::Database& database, std::int64_t run, const std::vector<engine::PriorValue>& values,
              const keys::SealKey& key);
/// Sorted by position.
std::vector<UndoRow> undo_of(const sqlite::Database& database, std::int64_t run);
/// In microseconds since 1970; see run::UndoLimit.
struct StoredUndoLimit {
  std::string workspace{};
  std::int64_t ended_before = 0;
  std::int64_t others_ended_before = 0;
};
/// Deletes the rows of runs past the limit and returns their number. Until `empty_wal`, their bytes may still
/// be in the -wal and in the main file.
std::size_t remove_undo(sqlite::Database& database, const StoredUndoLimit& limit);
/// Writes the -wal to the main file and empties it. False: another process is using it.
bool empty_wal(const sqlite::Database& database);

}  // namespace envlink::journal
