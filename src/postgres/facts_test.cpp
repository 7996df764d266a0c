#include "postgres/facts.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>

#include "postgres/store_test.h"

using namespace envlink;
using namespace envlink::postgres;
using namespace envlink::postgres::testing;
using namespace std::chrono_literals;

namespace {

Time now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::map<std::string, Check> by_id(const std::vector<Check>& checks) {
  std::map<std::string, Check> all;
  for (const Check& one : checks) {
    all[one.id] = one;
    CHECK_MESSAGE(one.cure.empty() == (one.health == Health::good || one.health == Health::not_looked_at),
                  one.id);
    CHECK(!one.says.empty());
  }
  CHECK(all.size() == checks.size());
  return all;
}

std::map<std::string, Check> seen_at(const std::string& address, Duration ahead = 0s) {
  Connection connection(good(address));
  return by_id(look_at(connection, [&] { return now() + ahead; }));
}

}  // namespace

TEST_CASE("Nothing is wrong with a store used by a role with few rights") {
  const Store store;
  const auto all = seen_at(store.address());
  for (const auto& [id, check] : all) CHECK_MESSAGE(check.health == Health::good, id << ": " << check.says);
  for (const char* id :
       {"connection", "tls", "server", "role", "tables", "rights", "durability", "clock", "standbys"})
    CHECK(all.contains(id));
  CHECK(all.at("server").says.starts_with("PostgreSQL "));
  CHECK(all.at("role").says == "little role");
  CHECK(seen_at(store.server.address(store.name)).at("role").says == "owner owns the tables");
}

TEST_CASE("No server") {
  const auto all = seen_at("postgres://owner@127.0.0.1:1/x");
  REQUIRE(all.size() == 1);
  CHECK(all.at("connection").health == Health::bad);
}

TEST_CASE("A superuser has more rights than needed") {
  const Store store;
  CHECK(seen_at(store.server.address(store.name, "postgres")).at("role").health == Health::doubtful);
}

TEST_CASE("Missing tables, columns and rights are named") {
  const Store store;
  SUBCASE("no tables") {
    store.server.run(store.name, "DROP SCHEMA envlink CASCADE");
    const auto all = seen_at(store.address());
    CHECK(all.at("tables").cure == "Create them: envlink store init");
    CHECK(!all.contains("rights"));
  }
  SUBCASE("a column and a table") {
    store.server.run_all(store.name, "ALTER TABLE envlink.run DROP COLUMN plan; DROP TABLE envlink.windows");
    CHECK(seen_at(store.address()).at("tables").says ==
          "missing: run.plan, windows.key, windows.body and windows.revision");
  }
  SUBCASE("rights") {
    store.server.run_all(store.name,
                         "REVOKE UPDATE ON envlink.lock FROM \"little role\"; "
                         "REVOKE DELETE ON envlink.undo FROM \"little role\"");
    const Check check = seen_at(store.address()).at("rights");
    CHECK(check.health == Health::bad);
    CHECK(check.says == "the role lacks UPDATE on lock and DELETE on undo");
  }
}

TEST_CASE("Commits that a crash would lose") {
  const Store store;
  const auto with = [&](const std::string& value) {
    store.server.run(store.name, "ALTER DATABASE " + store.name + " SET synchronous_commit = " + value);
    return seen_at(store.address()).at("durability").health;
  };
  CHECK(with("off") == Health::bad);
  CHECK(with("local") == Health::doubtful);
  CHECK(with("remote_apply") == Health::good);
}

TEST_CASE("Clocks that differ") {
  const Store store;
  CHECK(seen_at(store.address(), 4s).at("clock").health == Health::good);
  const Check check = seen_at(store.address(), 1h).at("clock");
  CHECK(check.health == Health::doubtful);
  CHECK(check.says.find(" behind this machine's") != std::string::npos);
  CHECK(seen_at(store.address(), -1h).at("clock").says.find(" ahead of this machine's") != std::string::npos);
}

TEST_CASE("A read-only role and a standby") {
  const Store store;
  store.server.run(store.name, "ALTER DATABASE " + store.name + " SET default_transaction_read_only = on");
  CHECK(seen_at(store.address()).at("server").says.find("read-only for this role") != std::string::npos);
  const Server standby(Server::Kind::standby);
  CHECK(seen_at(standby.address("postgres", "postgres")).at("server").says.find("a standby") !=
        std::string::npos);
}

TEST_CASE("TLS: how far the server is trusted") {
  const Store store;
  const auto tls = [&](const std::string& parameters) {
    return seen_at(store.server.tcp_address("owner:secret-of-owner", store.name, parameters, "localhost"))
        .at("tls");
  };
  CHECK(tls("").says == "the server is on this machine");
  // 0.0.0.0 leads to this machine, but is none of its loopback addresses.
  const std::string there = "hostaddr=0.0.0.0&sslrootcert=" + store.server.certificate();
  CHECK(tls(there).says == "encrypted; the server's certificate is valid for its host");
  CHECK(tls(there + "&sslmode=verify-ca").health == Health::doubtful);
  CHECK(tls("hostaddr=0.0.0.0&sslmode=require").health == Health::doubtful);
  CHECK(tls("hostaddr=0.0.0.0&sslmode=disable").health == Health::bad);
}

TEST_CASE("Standbys, if the role may see them") {
  const Store store;
  CHECK(seen_at(store.address()).at("standbys").says == "none");
  Program standby({program("pg_receivewal"), "--verbose", "-h", store.server.folder(), "-p",
                   store.server.port(), "-U", "postgres", "-D", store.server.folder(), "--no-sync"});
  REQUIRE_MESSAGE(standby.says("starting log streaming"), standby.output());
  CHECK(seen_at(store.address()).at("standbys").health == Health::not_looked_at);
  const Check seen = seen_at(store.server.address(store.name, "postgres")).at("standbys");
  CHECK(seen.health == Health::good);
  CHECK(seen.says == "pg_receivewal (async, 0 bytes behind)");
}

TEST_CASE("A server that a crash destroys") {
  for (const std::string setting : {"fsync", "full_page_writes"}) {
    const Server server(Server::Kind::primary, {setting + "=off"});
    const Check check = seen_at(server.address("postgres")).at("durability");
    CHECK(check.health == Health::bad);
    CHECK(check.says == setting + " is off: a crash of the server can destroy the whole database");
  }
}
