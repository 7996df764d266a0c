#include "journal/journal.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "engine/event_json.h"
#include "journal/file.h"
#include "journal/lock.h"
#include "journal/undo_table.h"
#include "keys/seal_key.h"
#include "plan/history_json.h"
#include "plan/stored.h"
#include "run/stored_text.h"
#include "state/directory.h"

namespace envlink::journal {
namespace {

std::int64_t stored(Time time) {
  return time.time_since_epoch().count();
}
Time loaded(std::int64_t microseconds) {
  return Time(Duration(microseconds));
}

constexpr std::string_view columns = "number, workspace, file, user, host, began, ended, exit_code, undoes";

run::RunSummary summary_of(const sqlite::Statement& row) {
  run::RunSummary run{.number = row.integer(0),
                      .workspace = row.text(1),
                      .file = row.text(2),
                      .user = row.text(3),
                      .host = row.text(4),
                      .began = loaded(row.integer(5))};
  if (!row.is_null(6)) run.ended = loaded(row.integer(6));
  if (!row.is_null(7)) run.outcome = model::outcome_of_exit_code(static_cast<int>(row.integer(7)));
  if (!row.is_null(8)) run.undoes = row.integer(8);
  return run;
}

/// `what`: what cannot be read in the journal at `path`.
Error unreadable(const std::string& path, std::string what, const run::Unreadable& reason) {
  return reason.newer ? too_new(std::move(what), reason.why) : damaged(path, reason.why);
}

Error not_unsealed(std::int64_t run, const std::string& key, std::string why) {
  return {.what = fmt::format("The values from before run {} cannot be restored", run),
          .why = std::move(why),
          .cure = fmt::format("Restore {} from a backup. Without one, the values saved with it are lost: set "
                              "them by hand",
                              key)};
}

}  // namespace

Journal::Journal() : directory_(state::state_directory()) {}
Journal::Journal(std::string directory) : directory_(std::move(directory)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal::~Journal() = default;

Result<Journal> Journal::open(const std::string& directory) {
  Journal journal(directory);
  if (const auto opened = journal.file(); !opened) return fail(opened.error());
  return journal;
}

bool Journal::exists() const {
  struct stat found{};
  return file_ != nullptr || !directory_ || lstat(file_in(*directory_).c_str(), &found) == 0 ||
         errno != ENOENT;
}

Result<File*> Journal::file() const {
  if (file_) return file_.get();
  if (!directory_) return fail(directory_.error());
  auto opened = File::open(*directory_);
  if (!opened) return fail(opened.error());
  file_ = std::move(*opened);
  return file_.get();
}

template <class Action>
auto Journal::write(Action action) const {
  return file().and_then([&](File* opened) { return opened->use(action); });
}

template <class Action>
auto Journal::read(Action action) const {
  using Value = std::invoke_result_t<Action, sqlite::Database&>;
  return exists() ? write(action) : Result<Value>(Value{});
}

Result<std::int64_t> Journal::begin(const run::RunSummary& run, const plan::Plan& plan) {
  return begin(run, plan::to_json(plan));
}

Result<std::int64_t> Journal::begin(const run::RunSummary& run, std::string_view plan) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(
        database,
        "INSERT INTO run (workspace, file, user, host, began, plan, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)",
        run.workspace, run.file, run.user, run.host, stored(run.began), plan, run.undoes)
        .run();
    return database.last_row();
  });
}

Result<void> Journal::append(std::int64_t run, const std::vector<engine::Event>& events) {
  if (events.empty()) return {};
  return write([&](sqlite::Database& database) {
    sqlite::Transaction transaction(database);
    sqlite::Statement insert(database,
                             "INSERT INTO event (run, position, body) VALUES "
                             "(?1, (SELECT coalesce(max(position), 0) + 1 FROM event WHERE run = ?1), ?2)");
    for (const auto& event : events) insert.bind(1, run).bind(2, engine::to_json(event)).run();
    transaction.commit();
  });
}

Result<void> Journal::end(std::int64_t run, Time at, model::Outcome outcome) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(database, "UPDATE run SET ended = ?, exit_code = ? WHERE number = ?", stored(at),
                      model::exit_code(outcome), run)
        .run();
  });
}

Result<void> Journal::reopen(std::int64_t run) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(database, "UPDATE run SET ended = NULL, exit_code = NULL WHERE number = ?", run).run();
  });
}

Result<std::vector<run::RunSummary>> Journal::runs(const std::string& workspace, int limit) const {
  return read([&](sqlite::Database& database) {
    sqlite::Statement select(
        database,
        fmt::format("SELECT {} FROM run WHERE ?1 = '' OR workspace = ?1 ORDER BY number DESC LIMIT ?2",
                    columns),
        workspace, limit);
    std::vector<run::RunSummary> runs;
    while (select.step()) runs.push_back(summary_of(select));
    return runs;
  });
}

Result<std::optional<run::RunSummary>> Journal::find(std::int64_t run) const {
  return read([&](sqlite::Database& database) -> std::optional<run::RunSummary> {
    sqlite::Statement select(database, fmt::format("SELECT {} FROM run WHERE number = ?", columns), run);
    return select.step() ? std::optional(summary_of(select)) : std::nullopt;
  });
}

Result<std::optional<std::string>> Journal::plan_text(std::int64_t run) const {
  return read([&](sqlite::Database& database) -> std::optional<std::string> {
    sqlite::Statement select(database, "SELECT plan FROM run WHERE number = ?", run);
    if (!select.step() || select.is_null(0)) return std::nullopt;
    return select.text(0);
  });
}

Result<std::optional<plan::Plan>> Journal::plan(std::int64_t run) const {
  const auto text = plan_text(run);
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  return run::plan_from_text(run, **text).map([](plan::Plan plan) { return std::optional(std::move(plan)); });
}

Result<std::vector<engine::Event>> Journal::events(std::int64_t run) const {
  const auto bodies = read([&](sqlite::Database& database) {
    sqlite::Statement select(database, "SELECT body FROM event WHERE run = ? ORDER BY position", run);
    std::vector<std::string> texts;
    while (select.step()) texts.push_back(select.text(0));
    return texts;
  });
  if (!bodies) return fail(bodies.error());
  // Events of 0.1.0 can only be read with the plan.
  Result<std::optional<plan::Plan>> kept;
  if (std::ranges::any_of(*bodies, engine::is_of_0_1_0)) kept = plan(run);
  auto events = run::events_from_text(*bodies, kept && *kept ? &**kept : nullptr);
  if (events) return std::move(*events);
  return fail(unreadable(file_->path(),
                         fmt::format("Run {} of the journal {} cannot be read", run, file_->path()),
                         events.error()));
}

Result<std::vector<run::EventCount>> Journal::event_counts(const std::string& workspace) const {
  return read([&](sqlite::Database& database) {
    // Positions start at 1 without gaps.
    sqlite::Statement select(database,
                             "SELECT number, (SELECT max(position) FROM event WHERE run = number) FROM run "
                             "WHERE ?1 IN ('', workspace) ORDER BY number",
                             workspace);
    std::vector<run::EventCount> counts;
    while (select.step()) counts.push_back({select.integer(0), static_cast<int>(select.integer(1))});
    return counts;
  });
}

Result<run::KeptHistory> Journal::history(const std::string& workspace) const {
  struct Row {
    std::string body{};
    std::string taken{};
    std::int64_t revision = 0;
  };
  const auto row = read([&](sqlite::Database& database) -> std::optional<Row> {
    sqlite::Statement select(database, "SELECT body, taken, revision FROM history WHERE workspace = ?",
                             workspace);
    if (!select.step()) return std::nullopt;
    return Row{select.text(0), select.text(1), select.integer(2)};
  });
  if (!row) return fail(row.error());
  if (!*row) return run::KeptHistory{};
  auto history = run::history_from_text((*row)->body, (*row)->taken, (*row)->revision);
  if (history) return std::move(*history);
  return fail(
      unreadable(file_->path(),
                 fmt::format("The history of this workspace in the journal {} cannot be read", file_->path()),
                 history.error()));
}

Result<bool> Journal::keep_history(const std::string& workspace, const run::KeptHistory& history) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(database,
                      "INSERT INTO history (workspace, body, taken, revision) "
                      "VALUES (?1, ?2, ?3, ?4 + 1) "
                      "ON CONFLICT (workspace) DO UPDATE SET body = ?2, taken = ?3, "
                      "revision = ?4 + 1 WHERE revision = ?4",
                      workspace, plan::to_json(history.history), run::text_of(history.taken),
                      history.revision)
        .run();
    return sqlite3_changes64(database.handle()) == 1;
  });
}

Result<void> Journal::replace_history(const std::string& workspace, const run::KeptHistory& history) {
  return write([&](sqlite::Database& database) {
    sqlite::Statement(database,
                      "INSERT INTO history (workspace, body, taken, revision) VALUES (?1, ?2, ?3, 1) "
                      "ON CONFLICT (workspace) DO UPDATE SET body = ?2, taken = ?3, revision = revision + 1",
                      workspace, plan::to_json(history.history), run::text_of(history.taken))
        .run();
  });
}

Result<void> Journal::keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) {
  if (values.empty()) return {};
  // The file first: it checks that the folder is ours.
  if (const auto opened = file(); !opened) return fail(opened.error());
  const auto key = keys::SealKey::open(*directory_);
  if (!key) return fail(key.error());
  return write([&](sqlite::Database& database) { add_undo(database, run, values, *key); });
}

Result<std::vector<engine::PriorValue>> Journal::undo(std::int64_t run) const {
  const auto rows = read([&](sqlite::Database& database) { return undo_of(database, run); });
  if (!rows) return fail(rows.error());
  std::vector<engine::PriorValue> values;
  if (rows->empty()) return values;
  const auto key = keys::SealKey::find(*directory_);
  if (!key) return fail(key.error());
  const std::string key_path = keys::SealKey::path_in(*directory_);
  if (!*key)
    return fail(not_unsealed(run, key_path, fmt::format("the undo key {} does not exist", key_path)));
  for (const UndoRow& row : *rows) {
    auto prior = (*key)->unseal(run, row.position, row.sealed);
    if (!prior)
      return fail(not_unsealed(
          run, key_path,
          fmt::format("value {} was not sealed with {}, or is damaged", row.position, key_path)));
    values.push_back(std::move(*prior));
  }
  return values;
}

Result<std::size_t> Journal::drop_undo(const run::UndoLimit& limit) {
  if (!exists()) return 0;
  const auto dropped = write([&](sqlite::Database& database) {
    return remove_undo(database, {.workspace = limit.workspace,
                                  .ended_before = stored(limit.ended_before),
                                  .others_ended_before = stored(limit.others_ended_before)});
  });
  if (!dropped) return dropped;
  // Even if nothing was dropped: an earlier process may have been killed before this step.
  const auto emptied = write([](sqlite::Database& database) { return empty_wal(database); });
  if (!emptied) return fail(emptied.error());
  if (*emptied) return dropped;
  return fail({.what = fmt::format("Values saved for a rollback may still be in {}-wal", file_->path()),
               .why = "another process is using the journal",
               .cure = "Try again when that process has ended"});
}

Result<std::unique_ptr<run::Lock>> Journal::take(const std::string& workspace, Time now) {
  // The journal first: if it cannot be opened, nothing is locked.
  return file().and_then([&](File*) { return take_lock(*directory_, workspace, now); });
}

Result<void> Journal::check() const {
  if (!exists()) return {};
  const auto found = read([&](sqlite::Database& database) {
    sqlite::Statement check(database, "PRAGMA integrity_check(1)");
    return check.step() ? check.text(0) : std::string("it returned nothing");
  });
  if (!found) return fail(found.error());
  if (*found != "ok") return fail(damaged(file_->path(), *found));
  return {};
}

}  // namespace envlink::journal
