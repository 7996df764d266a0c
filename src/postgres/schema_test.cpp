#include "postgres/schema.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "postgres/store_test.h"

using namespace envlink;
using namespace envlink::postgres;
using namespace envlink::postgres::testing;

TEST_CASE("The tables are those of the list") {
  const Store store;
  std::string listed;
  for (const Table& table : tables()) {
    for (const auto column : table.columns) listed += fmt::format("{}.{} ", table.name, column);
  }
  std::string found;
  for (const Table& table : tables()) {
    for (const Row& row : store.server.run(
             store.name,
             fmt::format("SELECT column_name FROM information_schema.columns WHERE table_schema = 'envlink' "
                         "AND table_name = '{}' AND column_name <> 'only_row' ORDER BY ordinal_position",
                         table.name))) {
      found += fmt::format("{}.{} ", table.name, row.at(0).value());
    }
  }
  CHECK(found == listed);
  CHECK(store.seen("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'envlink'") ==
        std::to_string(tables().size()));
}

TEST_CASE("The tables are made once, also by several at once") {
  Server& server = Server::shared();
  const std::string name = server.make_database();
  std::vector<std::future<std::string>> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(std::async(std::launch::async, [&] {
      Connection connection(good(server.address(name)));
      return problem_in(create_tables(connection));
    }));
  }
  for (auto& one : all) CHECK(one.get() == "");
  Connection connection(good(server.address(name)));
  CHECK(problem_in(create_tables(connection)) == "");
  CHECK(server.run(name, "SELECT version FROM envlink.meta").size() == 1);
}

TEST_CASE("A schema of another origin or from a newer envlink is left alone") {
  Server& server = Server::shared();
  const std::string name = server.make_database();
  Connection connection(good(server.address(name)));
  SUBCASE("foreign") {
    REQUIRE(connection.run("CREATE SCHEMA envlink; CREATE TABLE envlink.run (x int)"));
    const auto made = create_tables(connection);
    REQUIRE(!made);
    CHECK(made.error().error.why == "its database has a schema named envlink that envlink did not make");
  }
  SUBCASE("foreign, with a table of the same name") {
    REQUIRE(connection.run("CREATE SCHEMA envlink; CREATE TABLE envlink.meta (x int)"));
    CHECK(!create_tables(connection));
  }
  SUBCASE("newer") {
    REQUIRE(create_tables(connection));
    REQUIRE(connection.run("UPDATE envlink.meta SET version = 9"));
    const auto made = create_tables(connection);
    REQUIRE(!made);
    CHECK(made.error().error.kind == ErrorKind::too_new);
  }
}

TEST_CASE("A role without the right to make tables is told so") {
  Server& server = Server::shared();
  const std::string name = server.make_database();
  server.run(name, "DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  Connection connection(good(server.address(name, "guest")));
  const auto made = create_tables(connection);
  REQUIRE(!made);
  CHECK(made.error().error.why == "permission denied for database " + name);
  CHECK(!made.error().passing);
}

TEST_CASE("The id of the team's key") {
  Store store;
  CHECK(got(key_id(store.owner)) == std::nullopt);
  CHECK(!got(set_key_id(store.owner, "00000000000000aa", "00000000000000bb")));
  for (int time = 0; time < 2; ++time) CHECK(got(set_key_id(store.owner, "00000000000000aa", std::nullopt)));
  CHECK(got(key_id(store.connection)) == "00000000000000aa");
  CHECK(!got(set_key_id(store.owner, "00000000000000bb", std::nullopt)));
  CHECK(got(set_key_id(store.owner, "00000000000000bb", "00000000000000aa")));
  CHECK(!set_key_id(store.owner, "the whole key", "00000000000000bb"));
  CHECK(!set_key_id(store.connection, "00000000000000cc", "00000000000000bb"));  // only the owner
}

TEST_CASE("The role has the rights of the list, and no other") {
  const Store store;
  for (const Table& table : tables()) {
    for (const std::string_view right :
         {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}) {
      CAPTURE(table.name);
      CAPTURE(right);
      const bool listed = std::ranges::find(table.rights, right) != table.rights.end();
      CHECK(store.seen(fmt::format("SELECT has_table_privilege('little role', 'envlink.{}', '{}')",
                                   table.name, right)) == (listed ? "t" : "f"));
    }
  }
  CHECK(store.seen("SELECT has_schema_privilege('little role', 'envlink', 'CREATE')") == "f");
  CHECK(store.seen("SELECT has_database_privilege('little role', current_database(), 'CREATE')") == "f");
  CHECK(store.seen(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = 'little role'") ==
        "f");
}

TEST_CASE("The name of a role is quoted, and the statements can be given again") {
  const Store store;
  for (const std::string role : {"it's \"odd\"; DROP TABLE x --", "a$role$b", "Ä b"}) {
    const std::string sql = role_sql(role, store.name).value();
    store.server.run_all(store.name, sql);
    store.server.run_all(store.name, sql);
    std::string literal;
    for (const char c : role) literal.append(c == '\'' ? 2 : 1, c);
    CHECK(store.seen("SELECT count(*) FROM pg_roles WHERE rolname = '" + literal + "'") == "1");
  }
}

TEST_CASE("The owner of the tables does not lose its rights") {
  Store store;
  CHECK_THROWS(store.server.run_all(store.name, role_sql("owner", store.name).value()));
  CHECK(set_key_id(store.owner, "0123456789abcdef", std::nullopt).value());
}

TEST_CASE("Names that PostgreSQL would refuse or cut are refused") {
  for (const std::string& role :
       std::vector<std::string>{"", "pg_monitor", "public", "none", std::string(64, 'a'), "a\nb", "a\xff"}) {
    CAPTURE(role);
    CHECK(!role_sql(role, "x"));
  }
  CHECK(role_sql(std::string(63, 'a'), "x"));
}
