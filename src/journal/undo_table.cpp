#include "journal/undo_table.h"

#include <fmt/format.h>

#include <string>

namespace envlink::journal {
namespace {

constexpr std::string_view past_limit =
    "run IN (SELECT number FROM run WHERE ended < CASE WHEN workspace = ?1 THEN ?2 ELSE ?3 END)";

void insert(const sqlite::Database& database, const std::vector<UndoRow>& rows) {
  sqlite::Statement statement(database,
                              "INSERT INTO undo (run, position, nonce, sealed) VALUES (?, ?, ?, ?) "
                              "ON CONFLICT (run, position) DO NOTHING");
  for (const UndoRow& row : rows) {
    statement.bind(1, row.run)
        .bind(2, static_cast<std::int64_t>(row.position))
        .bind(3, sqlite::Blob{row.sealed.nonce})
        .bind(4, sqlite::Blob{row.sealed.bytes})
        .run();
  }
}

template <class... Parameters>
std::vector<UndoRow> rows_where(const sqlite::Database& database, std::string_view condition,
                                const Parameters&... parameters) {
  sqlite::Statement select(database,
                           fmt::format("SELECT run, position, nonce, sealed FROM undo WHERE {} "
                                       "ORDER BY run, position",
                                       condition),
                           parameters...);
  std::vector<UndoRow> rows;
  while (select.step()) {
    rows.push_back(
        {select.integer(0), static_cast<std::size_t>(select.integer(1)), {select.blob(2), select.blob(3)}});
  }
  return rows;
}

std::size_t number_past(const sqlite::Database& database, const StoredUndoLimit& limit) {
  sqlite::Statement count(database, fmt::format("SELECT count(*) FROM undo WHERE {}", past_limit),
                          limit.workspace, limit.ended_before, limit.others_ended_before);
  return count.step() ? static_cast<std::size_t>(count.integer(0)) : 0;
}

/// Deleting zeroes the rows, but not the copies that SQLite leaves in unused parts of pages when it moves
/// rows. The pages of a dropped table are zeroed whole.
void empty_table(sqlite::Database& database) {
  std::string make;
  {
    sqlite::Statement schema(database,
                             "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'undo'");
    if (schema.step()) make = schema.text(0);
  }
  database.execute("DROP TABLE undo");
  database.execute(make.c_str());
}

}  // namespace

void add_undo(sqlite::Database& database, std::int64_t run, const std::vector<engine::PriorValue>& values,
              const keys::SealKey& key) {
  std::vector<UndoRow> rows;
  for (const engine::PriorValue& prior : values) rows.push_back({run, prior.position, key.seal(run, prior)});
  sqlite::Transaction transaction(database);
  insert(database, rows);
  transaction.commit();
}

std::vector<UndoRow> undo_of(const sqlite::Database& database, std::int64_t run) {
  return rows_where(database, "run = ?", run);
}

std::size_t remove_undo(sqlite::Database& database, const StoredUndoLimit& limit) {
  sqlite::Transaction transaction(database);
  const std::size_t count = number_past(database, limit);
  if (count == 0) return 0;
  const std::vector<UndoRow> kept = rows_where(database, fmt::format("NOT {}", past_limit), limit.workspace,
                                               limit.ended_before, limit.others_ended_before);
  empty_table(database);
  insert(database, kept);
  transaction.commit();
  return count;
}

bool empty_wal(const sqlite::Database& database) {
  sqlite::Statement checkpoint(database, "PRAGMA wal_checkpoint(TRUNCATE)");
  return checkpoint.step() && checkpoint.integer(0) == 0;
}

}  // namespace envlink::journal
