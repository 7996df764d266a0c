#include "postgres/database.h"

#include <fmt/format.h>

#include <utility>

#include "base/digits.h"
#include "base/text.h"
#include "postgres/schema.h"

namespace envlink::postgres {
namespace {

using team::Answer;

/// Microseconds since 1970, as all times here.
constexpr std::string_view now_sql = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// One row while the lock is held by right $1, $2, $3: also if it has ended but nobody took it since.
constexpr std::string_view held_sql =
    "held AS (SELECT 1 FROM envlink.lock WHERE workspace = $1 AND term = $2 AND holder = $3 "
    "AND until IS NOT NULL FOR SHARE)";

/// The same for a write of run $4, which must be of that workspace.
constexpr std::string_view held_run_sql =
    "held AS (SELECT r.number FROM envlink.lock l JOIN envlink.run r ON r.workspace = l.workspace "
    "WHERE l.workspace = $1 AND l.term = $2 AND l.holder = $3 AND l.until IS NOT NULL AND r.number = $4 "
    "FOR SHARE OF l)";

constexpr std::string_view run_columns =
    "number, workspace, file, user_name, host, began, ended, exit_code, undoes";

std::int64_t stored(Time time) {
  return time.time_since_epoch().count();
}

/// Names of this machine can be any bytes, which a database of text refuses.
std::string storable(const std::string& text) {
  return is_valid_utf8(text) && text.find('\0') == std::string::npos ? text : clean(text, text.size());
}

std::string text_in(const Row& row, std::size_t column) {
  return row.at(column).value_or("");
}

Time time_in(const Row& row, std::size_t column) {
  return Time(Duration(number_in(row.at(column))));
}

std::string bytes_in(const Row& row, std::size_t column) {
  const std::string digits = text_in(row, column);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(hex_digit(digits[i]).value_or(0) << 4U | hex_digit(digits[i + 1]).value_or(0));
  }
  return bytes;
}

team::RunRow run_in(const Row& row) {
  team::RunRow run{.number = number_in(row.at(0)),
                   .workspace = text_in(row, 1),
                   .file = text_in(row, 2),
                   .user = text_in(row, 3),
                   .host = text_in(row, 4),
                   .began = time_in(row, 5)};
  if (row.at(6)) run.ended = time_in(row, 6);
  if (row.at(7)) run.exit_code = static_cast<int>(number_in(row.at(7)));
  if (row.at(8)) run.undoes = number_in(row.at(8));
  return run;
}

bool has_row(const Rows& rows) {
  return !rows.empty();
}

template <class Read>
auto each(Read read) {
  return [read](const Rows& rows) {
    std::vector<decltype(read(Row{}))> all;
    all.reserve(rows.size());
    for (const Row& row : rows) all.push_back(read(row));
    return all;
  };
}

template <class Read>
auto first(Read read) {
  return [read](const Rows& rows) { return rows.empty() ? std::nullopt : std::optional(read(rows.front())); };
}

std::int64_t first_number(const Rows& rows) {
  return rows.empty() ? 0 : number_in(rows.front().at(0));
}

}  // namespace

Answer<Rows> Database::ask(const std::string& sql, const std::vector<Parameter>& parameters) {
  if (!checked_) {
    if (auto checked = check_version(connection_); !checked)
      return tl::unexpected(std::move(checked.error()));
    checked_ = true;
  }
  return connection_.ask(sql, parameters);
}

// The same holder keeps its term. One that released the lock does not get it again: its statement is a late
// one.
Answer<team::LockAnswer> Database::take(const std::string& workspace, const team::Holder& holder,
                                        Duration length) {
  static const std::string sql = fmt::format(R"sql(
    WITH now AS (SELECT {} AS at),
    taken AS (
      INSERT INTO envlink.lock AS l (workspace, term, holder, user_name, host, process, since, until)
      SELECT $1, 1, $2, $3, $4, $5, at, at + $6 FROM now
      ON CONFLICT (workspace) DO UPDATE SET
        term = CASE WHEN l.holder = excluded.holder THEN l.term ELSE l.term + 1 END,
        since = CASE WHEN l.holder = excluded.holder THEN l.since ELSE excluded.since END,
        run = CASE WHEN l.holder = excluded.holder THEN l.run END,
        holder = excluded.holder, user_name = excluded.user_name, host = excluded.host,
        process = excluded.process, until = excluded.until
      WHERE CASE WHEN l.holder = excluded.holder THEN l.until IS NOT NULL
                 ELSE l.until IS NULL OR l.until <= excluded.since END
      RETURNING term)
    SELECT taken.term, l.holder, l.user_name, l.host, l.process, l.since, l.until - now.at, l.run
    FROM now LEFT JOIN taken ON true
    LEFT JOIN envlink.lock l ON taken.term IS NULL AND l.workspace = $1 AND l.holder <> $2 AND l.until > now.at
  )sql",
                                             now_sql);
  return ask(sql, {workspace, holder.id, storable(holder.user), storable(holder.host), holder.process,
                   length.count()})
      .map([](const Rows& rows) {
        team::LockAnswer answer{.term = first_number(rows)};
        if (rows.empty() || !rows.front().at(1)) return answer;
        const Row& row = rows.front();
        answer.other = team::HeldLock{.by = {.id = text_in(row, 1),
                                             .user = text_in(row, 2),
                                             .host = text_in(row, 3),
                                             .process = number_in(row.at(4))},
                                      .since = time_in(row, 5),
                                      .left = Duration(number_in(row.at(6)))};
        if (row.at(7)) answer.other->run = number_in(row.at(7));
        return answer;
      });
}

Answer<bool> Database::renew(const team::Right& right, Duration length, std::int64_t run) {
  static const std::string sql = fmt::format(
      "UPDATE envlink.lock SET until = {} + $4, run = CASE WHEN $5 = 0 THEN run ELSE $5 END "
      "WHERE workspace = $1 AND term = $2 AND holder = $3 AND until IS NOT NULL RETURNING 1",
      now_sql);
  return ask(sql, {right.workspace, right.term, right.holder, length.count(), run}).map(has_row);
}

Answer<bool> Database::release(const team::Right& right) {
  return ask("UPDATE envlink.lock SET until = NULL WHERE workspace = $1 AND term = $2 AND holder = $3 "
             "RETURNING 1",
             {right.workspace, right.term, right.holder})
      .map(has_row);
}

// DO UPDATE, which changes nothing, and not DO NOTHING: the latter would return no row for a run that the
// same statement, given before, begins only now.
Answer<std::optional<std::int64_t>> Database::begin(const team::Right& right, const std::string& token,
                                                    const team::RunRow& row, std::string_view plan) {
  static const std::string sql = fmt::format(
      "WITH {} INSERT INTO envlink.run AS r (token, workspace, file, user_name, host, began, undoes, plan) "
      "SELECT $4, $1, $5, $6, $7, $8, $9, $10 FROM held "
      "ON CONFLICT (token) DO UPDATE SET token = r.token RETURNING number",
      held_sql);
  return ask(sql, {right.workspace, right.term, right.holder, token, storable(row.file), storable(row.user),
                   storable(row.host), stored(row.began), row.undoes, storable(std::string(plan))})
      .map(first([](const Row& found) { return number_in(found.at(0)); }));
}

Answer<bool> Database::append(const team::Right& right, std::int64_t run, int first,
                              const std::vector<std::string>& bodies) {
  static const std::string sql = fmt::format(
      "WITH {}, whole AS (SELECT number FROM held WHERE $5 = 1 OR EXISTS "
      "(SELECT FROM envlink.event WHERE run = $4 AND position = $5 - 1)), "
      "put AS (INSERT INTO envlink.event (run, position, body) "
      "SELECT whole.number, $5 + e.at - 1, e.body FROM whole, unnest($6) WITH ORDINALITY AS e (body, at) "
      "ON CONFLICT (run, position) DO NOTHING) SELECT 1 FROM whole",
      held_run_sql);
  return ask(sql,
             {right.workspace, right.term, right.holder, run, std::int64_t{first}, Parameter::list(bodies)})
      .map(has_row);
}

Answer<bool> Database::end(const team::Right& right, std::int64_t run,
                           const std::optional<team::RunEnding>& ending) {
  static const std::string sql = fmt::format(
      "WITH {} UPDATE envlink.run r SET ended = $5, exit_code = $6 FROM held WHERE r.number = held.number "
      "RETURNING 1",
      held_run_sql);
  const auto at = ending ? std::optional(stored(ending->at)) : std::nullopt;
  const auto exit_code = ending ? std::optional(std::int64_t{ending->exit_code}) : std::nullopt;
  return ask(sql, {right.workspace, right.term, right.holder, run, at, exit_code}).map(has_row);
}

Answer<bool> Database::keep_undo(const team::Right& right, std::int64_t run,
                                 const std::vector<team::SealedRow>& rows) {
  static const std::string sql = fmt::format(
      "WITH {}, put AS (INSERT INTO envlink.undo (run, position, nonce, sealed) "
      "SELECT held.number, v.position, v.nonce, v.sealed "
      "FROM held, unnest($5, $6, $7) AS v (position, nonce, sealed) "
      "ON CONFLICT (run, position) DO NOTHING) SELECT 1 FROM held",
      held_run_sql);
  std::vector<std::int64_t> positions;
  std::vector<std::string> nonces;
  std::vector<std::string> sealed;
  for (const team::SealedRow& one : rows) {
    positions.push_back(static_cast<std::int64_t>(one.position));
    nonces.push_back(one.nonce);
    sealed.push_back(one.bytes);
  }
  return ask(sql, {right.workspace, right.term, right.holder, run, Parameter::list(positions),
                   Parameter::list_of_bytes(nonces), Parameter::list_of_bytes(sealed)})
      .map(has_row);
}

Answer<std::vector<team::RunRow>> Database::runs(const std::string& workspace, int limit) {
  return ask(fmt::format(
                 "SELECT {} FROM envlink.run WHERE $1 = '' OR workspace = $1 ORDER BY number DESC LIMIT $2",
                 run_columns),
             {workspace, std::int64_t{limit}})
      .map(each(run_in));
}

Answer<std::optional<team::RunRow>> Database::find(std::int64_t run) {
  return ask(fmt::format("SELECT {} FROM envlink.run WHERE number = $1", run_columns), {run})
      .map(first(run_in));
}

Answer<std::optional<std::string>> Database::plan(std::int64_t run) {
  return ask("SELECT plan FROM envlink.run WHERE number = $1", {run}).map([](const Rows& rows) {
    return rows.empty() ? std::nullopt : rows.front().at(0);
  });
}

Answer<std::vector<std::string>> Database::events(std::int64_t run) {
  return ask("SELECT body FROM envlink.event WHERE run = $1 ORDER BY position", {run})
      .map(each([](const Row& row) { return text_in(row, 0); }));
}

Answer<std::vector<team::CountRow>> Database::event_counts(const std::string& workspace) {
  // Positions start at 1 without gaps, and the last one is found without counting.
  return ask("SELECT r.number, (SELECT coalesce(max(e.position), 0) FROM envlink.event e WHERE e.run = "
             "r.number) FROM envlink.run r "
             "WHERE $1 = '' OR r.workspace = $1 ORDER BY r.number",
             {workspace})
      .map(each([](const Row& row) {
        return team::CountRow{.run = number_in(row.at(0)), .events = static_cast<int>(number_in(row.at(1)))};
      }));
}

Answer<std::vector<team::SealedRow>> Database::undo(std::int64_t run) {
  return ask("SELECT position, encode(nonce, 'hex'), encode(sealed, 'hex') FROM envlink.undo WHERE run = $1 "
             "ORDER BY position",
             {run})
      .map(each([](const Row& row) {
        return team::SealedRow{.position = static_cast<std::size_t>(number_in(row.at(0))),
                               .nonce = bytes_in(row, 1),
                               .bytes = bytes_in(row, 2)};
      }));
}

Answer<std::int64_t> Database::drop_undo(const std::string& workspace, Duration older_than,
                                         Duration others_older_than) {
  static const std::string sql = fmt::format(
      "WITH gone AS (DELETE FROM envlink.undo u USING envlink.run r WHERE r.number = u.run "
      "AND r.ended < {} - CASE WHEN r.workspace = $1 THEN $2 ELSE $3 END RETURNING 1) "
      "SELECT count(*) FROM gone",
      now_sql);
  return ask(sql, {workspace, older_than.count(), others_older_than.count()}).map(first_number);
}

Answer<std::optional<team::HistoryRow>> Database::history(const std::string& workspace) {
  return ask("SELECT body, taken, revision FROM envlink.history WHERE workspace = $1", {workspace})
      .map(first([](const Row& row) {
        return team::HistoryRow{
            .body = text_in(row, 0), .taken = text_in(row, 1), .revision = number_in(row.at(2))};
      }));
}

Answer<bool> Database::store_history(const std::string& workspace, const team::HistoryRow& row) {
  return ask(R"sql(
    INSERT INTO envlink.history AS h (workspace, body, taken, revision)
    SELECT $1, $2, $3, $4 + 1 WHERE $4 = 0 OR EXISTS (SELECT FROM envlink.history WHERE workspace = $1)
    ON CONFLICT (workspace) DO UPDATE
    SET body = excluded.body, taken = excluded.taken, revision = excluded.revision
    WHERE h.revision = $4 OR (h.revision, h.body, h.taken) = (excluded.revision, excluded.body, excluded.taken)
    RETURNING 1)sql",
             {workspace, row.body, row.taken, row.revision})
      .map(has_row);
}

Answer<bool> Database::replace_history(const std::string& workspace, const team::HistoryRow& row) {
  return ask(R"sql(
    INSERT INTO envlink.history AS h (workspace, body, taken, revision) VALUES ($1, $2, $3, 1)
    ON CONFLICT (workspace) DO UPDATE
    SET body = excluded.body, taken = excluded.taken, revision = h.revision + 1
    WHERE (h.body, h.taken) <> (excluded.body, excluded.taken))sql",
             {workspace, row.body, row.taken})
      .map([](const Rows&) { return true; });
}

Answer<team::WindowsRow> Database::windows(const std::string& key) {
  return ask(fmt::format("SELECT w.body, w.revision, now.at FROM (SELECT {} AS at) now "
                         "LEFT JOIN envlink.windows w ON w.key = $1",
                         now_sql),
             {key})
      .map([](const Rows& rows) {
        const Row& row = rows.at(0);
        return team::WindowsRow{
            .body = text_in(row, 0), .revision = number_in(row.at(1)), .now = time_in(row, 2)};
      });
}

Answer<bool> Database::store_windows(const std::string& key, const team::WindowsRow& row) {
  return ask(R"sql(
    INSERT INTO envlink.windows AS w (key, body, revision)
    SELECT $1, $2, $3 + 1 WHERE $3 = 0 OR EXISTS (SELECT FROM envlink.windows WHERE key = $1)
    ON CONFLICT (key) DO UPDATE SET body = excluded.body, revision = excluded.revision
    WHERE w.revision = $3 OR (w.revision, w.body) = (excluded.revision, excluded.body)
    RETURNING 1)sql",
             {key, row.body, row.revision})
      .map(has_row);
}

Answer<std::int64_t> Database::import_run(const std::string& token, const team::RunRow& row,
                                          const std::optional<std::string>& plan,
                                          const std::vector<std::string>& events) {
  const auto ended = row.ended ? std::optional(stored(*row.ended)) : std::nullopt;
  const auto exit_code = row.exit_code ? std::optional(std::int64_t{*row.exit_code}) : std::nullopt;
  return ask(R"sql(
    WITH made AS (
      INSERT INTO envlink.run AS r
        (token, workspace, file, user_name, host, began, ended, exit_code, undoes, plan)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (token) DO UPDATE SET token = r.token RETURNING number, xmax = 0 AS is_new),
    put AS (
      INSERT INTO envlink.event (run, position, body)
      SELECT made.number, e.at, e.body FROM made, unnest($11) WITH ORDINALITY AS e (body, at) WHERE made.is_new)
    SELECT number FROM made)sql",
             {token, row.workspace, storable(row.file), storable(row.user), storable(row.host),
              stored(row.began), ended, exit_code, row.undoes, plan, Parameter::list(events)})
      .map(first_number);
}

}  // namespace envlink::postgres
