#pragma once
// The rows of the journal that hold what values were before a run changed them, sealed. Throws
// sqlite::Failure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "journal/sealed_values.h"
#include "journal/sqlite.h"

namespace envlink::journal {

struct UndoRow {
  std::int64_t run = 0;
  std::size_t position = 0;
  SealedValue sealed{};
};

/// A position that has a row keeps it.
void add_undo(sqlite::Database& database, std::int64_t run, const std::vector<engine::PriorValue>& values,
              const SealKey& key);
/// By position.
std::vector<UndoRow> undo_of(const sqlite::Database& database, std::int64_t run);
/// In microseconds since 1970; see run::UndoLimit.
struct StoredUndoLimit {
  std::string workspace{};
  std::int64_t ended_before = 0;
  std::int64_t others_ended_before = 0;
};
/// Takes away the rows of runs past the limit, and answers with their number. Until `empty_wal`, their bytes
/// may still stand in the -wal and beneath it.
std::size_t remove_undo(sqlite::Database& database, const StoredUndoLimit& limit);
/// Writes what the -wal holds to its place in the main file. False: another process needs it meanwhile.
bool empty_wal(const sqlite::Database& database);

}  // namespace envlink::journal
