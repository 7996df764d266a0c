#include "postgres/connection.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/variable_test.h"
#include "postgres/server_test.h"

using namespace envlink;
using namespace envlink::postgres;
using namespace envlink::postgres::testing;
using envlink::testing::Variable;
using namespace std::chrono_literals;

namespace {

Connection to(const std::string& address, Limits limits = {}) {
  return Connection(good(address), limits);
}

template <class Value>
team::Failure failure_in(const team::Answer<Value>& answer) {
  if (answer) return {.error = {.what = "it succeeded"}};
  return answer.error();
}

const std::string secret = "secret-of-owner";

}  // namespace

TEST_CASE("Values come back as they were sent") {
  Connection connection = to(Server::shared().address("postgres"));
  const std::string odd = "a'\"\\ {,} \n\t é 🙂";
  const auto rows = connection.ask(
      "SELECT $1, $2, $3, $4[1], $4[2], $5[2], encode($6[1], 'hex'), $7",
      {odd, std::int64_t{-5}, std::optional<std::int64_t>(),
       Parameter::list(std::vector<std::string>{odd, ""}), Parameter::list(std::vector<std::int64_t>{1, 2}),
       Parameter::list_of_bytes({std::string("\0\xff", 2)}), std::optional<std::string>()});
  REQUIRE_MESSAGE(rows, describe(failure_in(rows).error));
  const Row& row = rows->at(0);
  CHECK(row.at(0) == odd);
  CHECK(number_in(row.at(1)) == -5);
  CHECK(!row.at(2));
  CHECK(row.at(3) == odd);
  CHECK(row.at(4) == "");
  CHECK(row.at(5) == "2");
  CHECK(row.at(6) == "00ff");
  CHECK(!row.at(7));
}

TEST_CASE("A NUL is refused, not cut off, and the value is not shown") {
  Connection connection = to(Server::shared().address("postgres"));
  const team::Failure failure = failure_in(connection.ask("SELECT $1", {std::string("visible\0value", 13)}));
  CHECK(failure.error.why == "SQLSTATE 22021");
  CHECK(!failure.passing);
  CHECK(describe(failure.error).find("visible") == std::string::npos);
  CHECK(connection.ask("SELECT 1"));
}

TEST_CASE("Several statements are one transaction") {
  Server& server = Server::shared();
  const std::string database = server.make_database();
  Connection connection = to(server.address(database, "postgres"));
  CHECK(connection.run("CREATE TABLE a (x int); INSERT INTO a VALUES (1); SELECT * FROM a"));
  CHECK(!connection.run("INSERT INTO a VALUES (2); SELECT 1 / 0"));
  CHECK(connection.ask("SELECT x FROM a")->size() == 1);
}

TEST_CASE("A statement that takes too long is given up, and the next one connects again") {
  Connection connection = to(Server::shared().address("postgres"), {.statement = 100ms});
  const auto pid = connection.ask("SELECT pg_backend_pid()");
  const team::Failure failure = failure_in(connection.ask("SELECT pg_sleep(60)"));
  CHECK(failure.passing);
  CHECK(failure.error.what.find("did not answer") != std::string::npos);
  CHECK(failure.error.why == "no answer within 0.1s");
  const auto later = connection.ask("SELECT pg_backend_pid()");
  REQUIRE(later);
  CHECK(later->at(0) != pid->at(0));
}

TEST_CASE("A connection that breaks during a statement gives a passing failure") {
  Connection connection = to(Server::shared().address("postgres", "postgres"));
  const team::Failure failure = failure_in(connection.ask("SELECT pg_terminate_backend(pg_backend_pid())"));
  CHECK(failure.passing);
  CHECK(connection.ask("SELECT 1"));
}

TEST_CASE("A connection that broke between two statements costs none of them, and no signal kills") {
  std::signal(SIGPIPE, SIG_DFL);
  Server& server = Server::shared();
  for (const bool tls : {false, true}) {
    Connection connection = to(tls ? server.tcp_address("owner:" + secret, "postgres", "sslmode=require")
                                   : server.address("postgres"));
    const auto pid = connection.ask("SELECT pg_backend_pid()");
    REQUIRE(pid);
    CHECK(connection.encrypted() == tls);
    const auto gone = server.run("postgres", "SELECT pg_terminate_backend(" + *pid->at(0).at(0) + ", 20000)");
    REQUIRE(gone.at(0).at(0) == "t");
    CHECK(connection.ask("SELECT 1"));
  }
}

TEST_CASE("An answer without end is dropped") {
  Connection connection = to(Server::shared().address("postgres"), {.statement = 60s});
  const team::Failure failure =
      failure_in(connection.ask("SELECT repeat('x', 1000000) FROM generate_series(1, 1000)"));
  CHECK(failure.error.why == "it has more than 64 MiB");
  CHECK(!failure.passing);
  CHECK(connection.ask("SELECT 1"));
}

TEST_CASE(
    "Passwords: from the address, PGPASSWORD, the password file and the service file, and never shown") {
  Server& server = Server::shared();
  const std::string file = server.folder() + "/password-or-service";
  SUBCASE("address") {
    CHECK(to(server.tcp_address("owner:" + secret, "postgres")).ask("SELECT 1"));
  }
  SUBCASE("PGPASSWORD") {
    const Variable password("PGPASSWORD", secret);
    CHECK(to(server.tcp_address("owner", "postgres")).ask("SELECT 1"));
  }
  SUBCASE("password file") {
    std::ofstream(file) << "*:*:*:owner:" << secret << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    CHECK(to(server.tcp_address("owner", "postgres", "passfile=" + file)).ask("SELECT 1"));
  }
  SUBCASE("service file") {
    std::ofstream(file) << "[team]\npassword=" << secret << "\nuser=owner\n";
    const Variable services("PGSERVICEFILE", file);
    const auto answer = to(server.tcp_address("owner", "postgres", "service=team")).ask("SELECT 1");
    CHECK_MESSAGE(answer, describe(failure_in(answer).error));
  }
  SUBCASE("wrong") {
    const team::Failure failure =
        failure_in(to(server.tcp_address("owner:hunter2", "postgres")).ask("SELECT 1"));
    CHECK(!failure.passing);
    CHECK(failure.error.what.find("refuses the login") != std::string::npos);
    CHECK(failure.error.why == "password authentication failed for user \"owner\"");
    CHECK(describe(failure.error).find("hunter2") == std::string::npos);
  }
  SUBCASE("none") {
    const team::Failure failure =
        failure_in(to(server.tcp_address("owner", "postgres", "passfile=/nonexistent")).ask("SELECT 1"));
    CHECK(!failure.passing);
    CHECK(failure.error.why == "fe_sendauth: no password supplied");
  }
  std::filesystem::remove(file);
}

TEST_CASE("TLS: only a server whose certificate names the host and comes from the authority is accepted") {
  Server& server = Server::shared();
  const auto ask = [&](const std::string& host, const std::string& authority) {
    return to(server.tcp_address("owner:" + secret, "postgres",
                                 "sslmode=verify-full&sslrootcert=" + authority, host))
        .ask("SELECT 1");
  };
  CHECK(ask("localhost", server.certificate()));
  const std::string why = failure_in(ask("127.0.0.1", server.certificate())).error.why;
  CHECK_MESSAGE(why.find("does not match host name \"127.0.0.1\"") != std::string::npos, why);
  const team::Failure unknown = failure_in(ask("localhost", "/etc/ssl/certs/ca-certificates.crt"));
  CHECK_MESSAGE(unknown.error.why.find("certificate verify failed") != std::string::npos, unknown.error.why);
  CHECK(unknown.error.what.find("TLS failed") != std::string::npos);
  CHECK(unknown.error.cure.find("sslrootcert=") != std::string::npos);
  CHECK(!unknown.passing);
  CHECK(failure_in(ask("localhost", "/nonexistent")).error.what.find("TLS failed") != std::string::npos);
}

TEST_CASE("Several hosts: those that do not answer, or are standbys, are passed over") {
  Server& server = Server::shared();
  const Server standby(Server::Kind::standby);
  const std::string socket = server.address("postgres");
  // The first host has no server; the second one cannot be written.
  const auto port_of = [](const std::string& address) { return address.substr(address.rfind('=') + 1); };
  const std::string standby_port = port_of(standby.address("postgres"));
  Connection connection = to(fmt::format("postgres://postgres@/postgres?host=/nonexistent,{},{}&port=1,{},{}",
                                         standby.folder(), server.folder(), standby_port, port_of(socket)));
  CHECK(connection.ask("SELECT pg_is_in_recovery()")->at(0).at(0) == "f");

  const team::Failure only_standby = failure_in(
      to(standby.address("postgres", "postgres") + "&target_session_attrs=read-write").ask("SELECT 1"));
  CHECK(only_standby.passing);
  CHECK(only_standby.error.what.find("the server is a standby") != std::string::npos);
  // Without asking for a primary, writes find out.
  const team::Failure failure =
      failure_in(to(standby.address("postgres", "postgres")).ask("CREATE TABLE a (x int)"));
  CHECK(failure.passing);
  CHECK(failure.error.what.find("the server is a standby") != std::string::npos);
}

TEST_CASE("A role that may not write is told apart from a standby") {
  Server& server = Server::shared();
  const std::string database = server.make_database();
  server.run("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
  const team::Failure failure = failure_in(to(server.address(database)).ask("CREATE TABLE a (x int)"));
  CHECK(!failure.passing);
  CHECK(failure.error.what.find("read-only for this role") != std::string::npos);
}

TEST_CASE("No server, no host, no database") {
  const team::Failure none = failure_in(to("postgres://owner@127.0.0.1:1/x").ask("SELECT 1"));
  CHECK(none.passing);
  CHECK(none.error.what == "The team store owner@127.0.0.1:1/x cannot be reached");
  const team::Failure no_host = failure_in(to("postgres://owner@no-such-host.invalid/x").ask("SELECT 1"));
  CHECK(no_host.error.why.find("the address of no-such-host.invalid was not found") == 0);
  const team::Failure no_database = failure_in(to(Server::shared().address("missing")).ask("SELECT 1"));
  CHECK(!no_database.passing);
  CHECK(no_database.error.why == "database \"missing\" does not exist");
}
