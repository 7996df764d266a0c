#pragma once
// The team's database in PostgreSQL: each call is one statement in its own transaction. A write locks the row
// of the lock that permits it, so that it is either before a take-over or finds that it lost the lock. It
// relies on READ COMMITTED, where a row that changed meanwhile is checked again.

#include "postgres/connection.h"
#include "team/database.h"

namespace envlink::postgres {

class Database final : public team::Database {
 public:
  /// Refuses to do anything if the tables are missing or a newer envlink made them.
  explicit Database(Connection& connection) : connection_(connection) {}

  team::Answer<team::LockAnswer> take(const std::string& workspace, const team::Holder& holder,
                                      Duration length) override;
  team::Answer<bool> renew(const team::Right& right, Duration length, std::int64_t run) override;
  team::Answer<bool> release(const team::Right& right) override;

  team::Answer<std::optional<std::int64_t>> begin(const team::Right& right, const std::string& token,
                                                  const team::RunRow& row, std::string_view plan) override;
  team::Answer<bool> append(const team::Right& right, std::int64_t run, int first,
                            const std::vector<std::string>& bodies) override;
  team::Answer<bool> end(const team::Right& right, std::int64_t run,
                         const std::optional<team::RunEnding>& ending) override;
  team::Answer<bool> keep_undo(const team::Right& right, std::int64_t run,
                               const std::vector<team::SealedRow>& rows) override;

  team::Answer<std::vector<team::RunRow>> runs(const std::string& workspace, int limit) override;
  team::Answer<std::optional<team::RunRow>> find(std::int64_t run) override;
  team::Answer<std::optional<std::string>> plan(std::int64_t run) override;
  team::Answer<std::vector<std::string>> events(std::int64_t run) override;
  team::Answer<std::vector<team::CountRow>> event_counts(const std::string& workspace) override;
  team::Answer<std::vector<team::SealedRow>> undo(std::int64_t run) override;
  team::Answer<std::int64_t> drop_undo(const std::string& workspace, Duration older_than,
                                       Duration others_older_than) override;

  team::Answer<std::optional<team::HistoryRow>> history(const std::string& workspace) override;
  team::Answer<bool> store_history(const std::string& workspace, const team::HistoryRow& row) override;
  team::Answer<bool> replace_history(const std::string& workspace, const team::HistoryRow& row) override;

  team::Answer<team::WindowsRow> windows(const std::string& key) override;
  team::Answer<bool> store_windows(const std::string& key, const team::WindowsRow& row) override;

  team::Answer<std::int64_t> import_run(const std::string& token, const team::RunRow& row,
                                        const std::optional<std::string>& plan,
                                        const std::vector<std::string>& events) override;

 private:
  team::Answer<Rows> ask(const std::string& sql, const std::vector<Parameter>& parameters);

  Connection& connection_;
  bool checked_ = false;  // the version of the tables
};

}  // namespace envlink::postgres
