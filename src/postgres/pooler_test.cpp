// The team's database through PgBouncer, which gives each transaction any connection to the server.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <set>

#include "postgres/facts.h"
#include "postgres/store_test.h"

using namespace envlink;
using namespace envlink::postgres;
using namespace envlink::postgres::testing;
using namespace std::chrono_literals;

namespace {

/// In transaction mode, with a pool of two connections for each database and role.
class PgBouncer {
 public:
  explicit PgBouncer(const Server& server) : file_(server.folder() + "/pgbouncer.ini") {
    for (int attempt = 0; attempt < 5; ++attempt) {
      port_ = free_port();
      std::ofstream(file_) << fmt::format(
          "[databases]\n* = host={} port={} user=owner\n[pgbouncer]\npool_mode = "
          "transaction\ndefault_pool_size = 2\n"
          "auth_type = any\nlisten_addr = 127.0.0.1\nlisten_port = {}\nunix_socket_dir =\n",
          server.folder(), server.port(), port_);
      program_ = std::make_unique<Program>(std::vector<std::string>{"/usr/sbin/pgbouncer", file_});
      if (program_->says("process up")) return;
    }
    throw std::runtime_error("PgBouncer does not start:\n" + program_->output());
  }
  std::string address(const std::string& database) const {
    return fmt::format("postgres://owner@127.0.0.1:{}/{}", port_, database);
  }

 private:
  std::string file_;
  int port_ = 0;
  std::unique_ptr<Program> program_;
};

}  // namespace

TEST_CASE("Everything works through a pooler in transaction mode") {
  const Store store;
  const PgBouncer pooler(store.server);
  Connection connection(good(pooler.address(store.name)));
  Database database(connection);
  const team::Holder holder{.id = "a1"};
  const team::LockAnswer taken = got(database.take("tea-1", holder, 60s));
  CHECK(taken.term == 1);
  const team::Right right{.workspace = "tea-1", .term = taken.term, .holder = holder.id};
  const auto run = got(database.begin(right, "token", {.workspace = "tea-1"}, "{}"));
  REQUIRE(run);
  for (int at = 1; at <= 20; ++at) CHECK(got(database.append(right, *run, at, {"x"})));
  CHECK(got(database.events(*run)).size() == 20);
  CHECK(got(database.keep_undo(right, *run, {{.position = 0, .nonce = "n", .bytes = "b"}})));
  CHECK(got(database.end(right, *run, team::RunEnding{.exit_code = 0})));
  CHECK(got(database.store_history("tea-1", {.body = "x", .taken = ""})));
  CHECK(got(database.store_windows("key", {.body = "x"})));
  CHECK(got(database.release(right)));
  CHECK(problem_in(create_tables(connection)) == "");
  for (const Check& check : look_at(connection, [] { return Time(); })) {
    if (check.id != "clock" && check.id != "standbys")
      CHECK_MESSAGE(check.health == Health::good, check.says);
  }
}

TEST_CASE("Tables can be made through a pooler") {
  Server& server = Server::shared();
  const PgBouncer pooler(server);
  Connection connection(good(pooler.address(server.make_database())));
  CHECK(problem_in(create_tables(connection)) == "");
}
