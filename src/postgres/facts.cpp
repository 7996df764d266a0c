#include "postgres/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "base/text.h"
#include "postgres/schema.h"

namespace envlink::postgres {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int tested_version = 150000;
constexpr int oldest_version = 120000;
constexpr Duration slow_statement = seconds(1);
constexpr Duration most_clock_difference = seconds(5);
constexpr std::int64_t most_bytes_behind = std::int64_t{16} << 20U;  // one file of its log

Check from_error(std::string id, Health health, const Error& error) {
  return {.id = std::move(id),
          .health = health,
          .says = error.why.empty() ? error.what : fmt::format("{}: {}", error.what, error.why),
          .cure = error.cure};
}

/// A check by one statement, whose rows `judge` turns into the check.
template <class Judge>
Check ask(Connection& connection, const std::string& id, const std::string& sql,
          const std::vector<Parameter>& parameters, Judge judge) {
  const auto rows = connection.ask(sql, parameters);
  if (!rows) return from_error(id, Health::not_looked_at, rows.error().error);
  Check check = judge(*rows);
  check.id = id;
  return check;
}

std::string cell(const Row& row, std::size_t column) {
  return clean(row.at(column).value_or(""), 80);
}

Check tls(const Connection& connection) {
  const std::string strict =
      "Remove sslmode from the address, and name the server's certificate authority if it is not a public "
      "one "
      "(sslrootcert=/path/to/ca.pem)";
  switch (connection.address().trust()) {
    case Trust::this_machine:
      return {.id = "tls", .says = "the server is on this machine"};
    case Trust::verified:
      return {.id = "tls", .says = "encrypted; the server's certificate is valid for its host"};
    case Trust::any_name:
      return {.id = "tls",
              .health = Health::doubtful,
              .says = "encrypted, but any host with a certificate of that authority could pose as the server",
              .cure = "Use sslmode=verify-full"};
    case Trust::unverified:
      break;
  }
  if (!connection.encrypted()) {
    return {.id = "tls",
            .health = Health::bad,
            .says = "not encrypted: anyone on the way can read and change everything",
            .cure = strict};
  }
  return {.id = "tls",
          .health = Health::doubtful,
          .says = "encrypted, but anyone on the way could pose as the server: its certificate is not checked",
          .cure = strict};
}

Check server(Connection& connection) {
  return ask(
      connection, "server",
      "SELECT current_setting('server_version_num'), current_setting('server_version'), "
      "pg_is_in_recovery(), current_setting('transaction_read_only')",
      {}, [](const Rows& rows) -> Check {
        const Row& row = rows.at(0);
        const std::int64_t version = number_in(row.at(0));
        const std::string name = "PostgreSQL " + cell(row, 1);
        if (row.at(2) == "t") {
          return {.health = Health::bad,
                  .says = name + ", a standby: it cannot be written",
                  .cure = "Give the primary's host in the address, or all hosts"};
        }
        if (row.at(3) == "on") {
          return {.health = Health::bad,
                  .says = name + ", read-only for this role",
                  .cure = "Turn it off: ALTER ROLE … SET default_transaction_read_only = off"};
        }
        if (version < oldest_version) {
          return {.health = Health::bad, .says = name + " is too old", .cure = "Use PostgreSQL 15 or newer"};
        }
        if (version < tested_version) {
          return {.health = Health::doubtful,
                  .says = name + ", with which envlink is not tested",
                  .cure = "Use PostgreSQL 15 or newer"};
        }
        return {.says = name};
      });
}

Check present(Connection& connection) {
  if (const auto checked = check_version(connection); !checked)
    return from_error("tables", Health::bad, checked.error().error);
  return ask(
      connection, "tables",
      "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_attribute a ON a.attrelid = c.oid "
      "WHERE n.nspname = 'envlink' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
      {}, [](const Rows& rows) -> Check {
        std::set<std::string> found;
        for (const Row& row : rows) found.insert(row.at(0).value_or(""));
        std::vector<std::string> missing;
        for (const Table& table : tables()) {
          for (const auto column : table.columns) {
            std::string name = fmt::format("{}.{}", table.name, column);
            if (!found.contains(name)) missing.push_back(std::move(name));
          }
        }
        if (missing.empty()) return {.says = fmt::format("version {}, complete", schema_version)};
        return {.health = Health::bad,
                .says = fmt::format("missing: {}", join_and(missing, 8)),
                .cure = "Restore the schema envlink from a backup"};
      });
}

Check rights(Connection& connection) {
  std::vector<std::string> names;
  std::vector<std::string> needed;
  for (const Table& table : tables()) {
    for (const auto right : table.rights) {
      names.emplace_back(table.name);
      needed.emplace_back(right);
    }
  }
  return ask(connection, "rights",
             "SELECT x.needed, x.name FROM unnest($1, $2) WITH ORDINALITY AS x (name, needed, place) "
             "JOIN pg_class c ON c.relname = x.name JOIN pg_namespace n ON n.oid = c.relnamespace "
             "WHERE n.nspname = 'envlink' AND NOT (has_schema_privilege(n.oid, 'USAGE') "
             "AND has_table_privilege(c.oid, x.needed)) ORDER BY x.place",
             {Parameter::list(names), Parameter::list(needed)}, [](const Rows& rows) -> Check {
               if (rows.empty()) return {.says = "the role may do all that envlink does"};
               std::vector<std::string> missing;
               for (const Row& row : rows)
                 missing.push_back(fmt::format("{} on {}", cell(row, 0), cell(row, 1)));
               return {.health = Health::bad,
                       .says = fmt::format("the role lacks {}", join_and(missing, 8)),
                       .cure = "Have the owner of the tables grant them: envlink store role NAME | psql"};
             });
}

Check role(Connection& connection) {
  return ask(connection, "role",
             "SELECT rolname, rolsuper, EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'envlink' AND "
             "n.nspowner = r.oid) FROM pg_roles r WHERE rolname = current_user",
             {}, [](const Rows& rows) -> Check {
               if (rows.empty()) return {.health = Health::not_looked_at, .says = "the role is not listed"};
               const Row& row = rows.at(0);
               if (row.at(1) == "t") {
                 return {.health = Health::doubtful,
                         .says = fmt::format("{} is a superuser: it may do far more than envlink needs",
                                             cell(row, 0)),
                         .cure = "Use a role of its own: envlink store role NAME | psql"};
               }
               return {.says = fmt::format("{}{}", cell(row, 0), row.at(2) == "t" ? " owns the tables" : "")};
             });
}

Check durability(Connection& connection) {
  return ask(
      connection, "durability",
      "SELECT current_setting('fsync'), current_setting('full_page_writes'), "
      "current_setting('synchronous_commit')",
      {}, [](const Rows& rows) -> Check {
        const Row& row = rows.at(0);
        for (const std::size_t column : {0U, 1U}) {
          if (row.at(column) != "off") continue;
          return {.health = Health::bad,
                  .says = fmt::format("{} is off: a crash of the server can destroy the whole database",
                                      column == 0 ? "fsync" : "full_page_writes"),
                  .cure = "Turn it on in postgresql.conf"};
        }
        const std::string cure = "ALTER DATABASE … SET synchronous_commit = on";
        if (row.at(2) == "off") {
          return {.health = Health::bad,
                  .says =
                      "synchronous_commit is off: a crash of the server can lose what runs wrote just "
                      "before, and a resumed run could then deploy a service again",
                  .cure = cure};
        }
        if (row.at(2) == "local") {
          return {.health = Health::doubtful,
                  .says =
                      "synchronous_commit is local: a standby that takes over can lack what runs wrote "
                      "just before",
                  .cure = cure};
        }
        return {.says = "what is written survives a crash of the server"};
      });
}

Check clock(Connection& connection, const std::function<Time()>& now) {
  const Time before = now();
  return ask(connection, "clock", "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", {},
             [&](const Rows& rows) -> Check {
               const Time after = now();
               const Time there(Duration(number_in(rows.at(0).at(0))));
               const Duration ahead = std::max({Duration::zero(), there - after, before - there});
               if (ahead <= most_clock_difference)
                 return {.says = "the server and this machine agree on the time"};
               return {.health = Health::doubtful,
                       .says = fmt::format(
                           "the server's clock is {} {} this machine's: times in lists will look odd",
                           format_duration(ahead), there > after ? "ahead of" : "behind"),
                       .cure = "Set the clock of the one that is wrong"};
             });
}

Check standbys(Connection& connection) {
  return ask(connection, "standbys",
             "SELECT application_name, sync_state, pg_wal_lsn_diff(sent_lsn, replay_lsn)::bigint "
             "FROM pg_stat_replication WHERE NOT pg_is_in_recovery()",
             {}, [](const Rows& rows) -> Check {
               std::vector<std::string> all;
               Health health = Health::good;
               for (const Row& row : rows) {
                 if (!row.at(1))
                   return {.health = Health::not_looked_at, .says = "the role may not see the standbys"};
                 const std::int64_t behind = number_in(row.at(2));
                 if (behind > most_bytes_behind) health = Health::doubtful;
                 all.push_back(fmt::format("{} ({}, {} bytes behind)", cell(row, 0), cell(row, 1), behind));
               }
               if (all.empty()) return {.says = "none"};
               return {.health = health,
                       .says = join_and(all, 5),
                       .cure = health == Health::good ? "" : "See why the standby cannot keep up"};
             });
}

}  // namespace

std::vector<Check> look_at(Connection& connection, const std::function<Time()>& now) {
  if (const auto first = connection.ask("SELECT"); !first)
    return {from_error("connection", Health::bad, first.error().error)};
  const auto before = steady_clock::now();
  const auto second = connection.ask("SELECT");
  if (!second) return {from_error("connection", Health::bad, second.error().error)};
  const auto took = std::chrono::duration_cast<Duration>(steady_clock::now() - before);
  const bool slow = took > slow_statement;
  std::vector<Check> checks = {
      {.id = "connection",
       .health = slow ? Health::doubtful : Health::good,
       .says = fmt::format("{}; a statement takes {}", connection.address().shown(), format_duration(took)),
       .cure = slow ? "Use a server that is nearer: each step of a run waits for it" : ""},
      tls(connection),
      server(connection),
      role(connection),
      present(connection)};
  if (checks.back().health == Health::good) checks.push_back(rights(connection));
  checks.push_back(durability(connection));
  checks.push_back(clock(connection, now));
  checks.push_back(standbys(connection));
  return checks;
}

}  // namespace envlink::postgres
