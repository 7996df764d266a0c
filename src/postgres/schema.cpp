#include "postgres/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace envlink::postgres {
namespace {

// Times are microseconds since 1970, UTC, as in the journal: no setting of a session changes how they look.
// Foreign keys need no rights of the role. The advisory lock serialises those who do this at once.
constexpr const char* creation = R"sql(
  SELECT pg_advisory_xact_lock(7310586042);
  CREATE SCHEMA IF NOT EXISTS envlink;
  CREATE TABLE IF NOT EXISTS envlink.meta (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  integer NOT NULL,
    key_id   text CHECK (key_id ~ '^[0-9a-f]{16}$')
  );
  CREATE TABLE IF NOT EXISTS envlink.lock (
    workspace text PRIMARY KEY,
    term      bigint NOT NULL,
    holder    text NOT NULL,
    user_name text NOT NULL,
    host      text NOT NULL,
    process   bigint NOT NULL,
    since     bigint NOT NULL,
    until     bigint,
    run       bigint
  );
  CREATE TABLE IF NOT EXISTS envlink.run (
    number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token     text NOT NULL UNIQUE,
    workspace text NOT NULL,
    file      text NOT NULL,
    user_name text NOT NULL,
    host      text NOT NULL,
    began     bigint NOT NULL,
    ended     bigint,
    exit_code integer,
    undoes    bigint REFERENCES envlink.run (number),
    plan      text,
    CHECK ((ended IS NULL) = (exit_code IS NULL))
  );
  CREATE INDEX IF NOT EXISTS run_by_workspace ON envlink.run (workspace, number);
  CREATE TABLE IF NOT EXISTS envlink.event (
    run      bigint NOT NULL REFERENCES envlink.run (number),
    position integer NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (run, position)
  );
  CREATE TABLE IF NOT EXISTS envlink.undo (
    run      bigint NOT NULL REFERENCES envlink.run (number),
    position bigint NOT NULL,
    nonce    bytea NOT NULL,
    sealed   bytea NOT NULL,
    PRIMARY KEY (run, position)
  );
  CREATE TABLE IF NOT EXISTS envlink.history (
    workspace text PRIMARY KEY,
    body      text NOT NULL,
    taken     text NOT NULL,
    revision  bigint NOT NULL
  );
  CREATE TABLE IF NOT EXISTS envlink.windows (
    key      text PRIMARY KEY,
    body     text NOT NULL,
    revision bigint NOT NULL
  );
  INSERT INTO envlink.meta (version) VALUES (1) ON CONFLICT DO NOTHING;
)sql";

constexpr std::size_t longest_name = 63;

tl::unexpected<team::Failure> failure(ErrorKind kind, std::string what, std::string why, std::string cure) {
  return tl::unexpected(team::Failure{
      .error = {.kind = kind, .what = std::move(what), .why = std::move(why), .cure = std::move(cure)}});
}

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out += '"';
}

std::string why_no_role(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > longest_name) return fmt::format("it is longer than {} bytes", longest_name);
  if (clean(name, longest_name) != name) return "it has control characters or is not UTF-8";
  if (name.starts_with("pg_") || name == "public" || name == "none") return "PostgreSQL reserves it";
  return {};
}

/// As text in a statement.
std::string text_literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? std::string("''") : std::string(1, c);
  return literal + "'";
}

}  // namespace

const std::vector<Table>& tables() {
  static const std::vector<Table> all = {
      {"meta", {"version", "key_id"}, {"SELECT"}},
      {"lock",
       {"workspace", "term", "holder", "user_name", "host", "process", "since", "until", "run"},
       {"SELECT", "INSERT", "UPDATE"}},
      {"run",
       {"number", "token", "workspace", "file", "user_name", "host", "began", "ended", "exit_code", "undoes",
        "plan"},
       {"SELECT", "INSERT", "UPDATE"}},
      {"event", {"run", "position", "body"}, {"SELECT", "INSERT"}},
      {"undo", {"run", "position", "nonce", "sealed"}, {"SELECT", "INSERT", "DELETE"}},
      {"history", {"workspace", "body", "taken", "revision"}, {"SELECT", "INSERT", "UPDATE"}},
      {"windows", {"key", "body", "revision"}, {"SELECT", "INSERT", "UPDATE"}},
  };
  return all;
}

team::Answer<void> create_tables(Connection& connection) {
  const auto found = connection.ask(
      "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = 'envlink'), (SELECT count(*) FROM pg_class "
      "c "
      "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'envlink' AND c.relname = 'meta')");
  if (!found) return tl::unexpected(found.error());
  const bool has_schema = number_in(found->at(0).at(0)) > 0;
  const bool has_meta = number_in(found->at(0).at(1)) > 0;
  if (has_schema && !has_meta) {
    return failure(ErrorKind::general,
                   fmt::format("No tables were made in the team store {}", connection.address().shown()),
                   "its database has a schema named envlink that envlink did not make",
                   "Use another database, or rename that schema: ALTER SCHEMA envlink RENAME TO …");
  }
  if (!has_schema) {
    if (auto made = connection.run(creation); !made) return made;
  }
  return check_version(connection);
}

team::Answer<void> check_version(Connection& connection) {
  const auto found = connection.ask("SELECT version FROM envlink.meta");
  if (!found) return tl::unexpected(found.error());
  const std::int64_t version = found->empty() ? 0 : number_in(found->at(0).at(0));
  if (version == schema_version) return {};
  const std::string& store = connection.address().shown();
  if (version > schema_version) {
    return failure(ErrorKind::too_new, fmt::format("The team store {} cannot be used", store),
                   fmt::format("a newer envlink made its tables: version {}; this envlink knows {}", version,
                               schema_version),
                   "Use the newest envlink on this machine");
  }
  return failure(ErrorKind::general, fmt::format("The team store {} is damaged", store),
                 "envlink.meta does not say which version its tables have",
                 "Restore the database from a backup");
}

team::Answer<std::optional<std::string>> key_id(Connection& connection) {
  return connection.ask("SELECT key_id FROM envlink.meta").map([](const Rows& rows) {
    return rows.empty() ? std::nullopt : rows.front().front();
  });
}

team::Answer<bool> set_key_id(Connection& connection, const std::string& id,
                              const std::optional<std::string>& instead_of) {
  return connection
      .ask(
          "UPDATE envlink.meta SET key_id = $1 WHERE key_id IS NOT DISTINCT FROM $2 OR key_id = $1 RETURNING "
          "1",
          {id, instead_of})
      .map([](const Rows& rows) { return !rows.empty(); });
}

Result<std::string> role_sql(const std::string& role, const std::string& database) {
  if (std::string why = why_no_role(role); !why.empty()) {
    return fail({.kind = ErrorKind::usage,
                 .what = fmt::format("{} cannot be the name of a role", shell_word(clean(role, 80))),
                 .why = std::move(why),
                 .cure = "Choose another name"});
  }
  std::string tag = "$role$";
  while (role.find(tag) != std::string::npos) tag.insert(1, "a");
  const std::string name = quoted_name(role);
  std::string sql = fmt::format(
      "BEGIN;\n"
      "DO {0} BEGIN\n"
      "  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'envlink' AND nspowner::regrole = {3}::regrole) "
      "THEN\n"
      "    RAISE EXCEPTION 'This role owns the tables. Choose another one for envlink.';\n"
      "  END IF;\n"
      "EXCEPTION WHEN undefined_object THEN CREATE ROLE {1} LOGIN;\n"
      "END {0};\n"
      "GRANT CONNECT ON DATABASE {2} TO {1};\n"
      "REVOKE ALL ON ALL TABLES IN SCHEMA envlink FROM {1};\n"
      "REVOKE ALL ON SCHEMA envlink FROM {1};\n"
      "GRANT USAGE ON SCHEMA envlink TO {1};\n",
      tag, name, quoted_name(database), text_literal(name));
  for (const Table& table : tables()) {
    sql += fmt::format("GRANT {} ON envlink.{} TO {};\n", fmt::join(table.rights, ", "), table.name, name);
  }
  return sql + "COMMIT;\n";
}

}  // namespace envlink::postgres
