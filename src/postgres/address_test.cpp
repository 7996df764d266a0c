#include "postgres/address.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/variable_test.h"

using namespace envlink;
using namespace envlink::postgres;
using envlink::testing::Variable;

namespace {

Address good(const std::string& text, Origin origin = Origin::environment) {
  auto address = Address::parse(text, origin);
  REQUIRE_MESSAGE(address, describe(address.error()));
  return std::move(*address);
}

std::string problem(const std::string& text, Origin origin = Origin::environment) {
  const auto address = Address::parse(text, origin);
  return address ? "none" : describe(address.error());
}

/// What libpq is told.
std::map<std::string, std::string> told(const Address& address) {
  const auto parameters = address.parameters(address.hosts().front());
  std::map<std::string, std::string> all;
  for (std::size_t i = 0; parameters.keywords.at(i) != nullptr; ++i)
    all[parameters.keywords.at(i)] = parameters.values.at(i);
  return all;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("An address as people see it has no password") {
  CHECK(good("postgres://envlink:hunter2@db.example.com/envlink").shown() ==
        "envlink@db.example.com:5432/envlink");
  CHECK(good("postgresql://a@[::1]:6000/b").shown() == "a@[::1]:6000/b");
  CHECK(good("postgres://a@one,two:6000/b").shown() == "a@one:5432,two:6000/b");
  CHECK(good("postgres://a@/b?host=%2Frun%2Fpostgresql").shown() == "a@/run/postgresql:5432/b");
  CHECK(good("postgres://a@db/b?hostaddr=10.0.0.1").shown() == "a@db:5432/b");
  CHECK(good("postgres://a%1b[31m@db/b").shown() == "a�[31m@db:5432/b");
}

TEST_CASE("libpq is told what the address says") {
  const auto all =
      told(good("postgres://a:p%40ss@db.example.com:6000/b?application_name=ci&connect_timeout=7"));
  CHECK(all.at("host") == "db.example.com");
  CHECK(all.at("port") == "6000");
  CHECK(all.at("user") == "a");
  CHECK(all.at("password") == "p@ss");
  CHECK(all.at("dbname") == "b");
  CHECK(all.at("application_name") == "ci");
  CHECK(all.at("client_encoding") == "UTF8");
  CHECK(all.at("gssencmode") == "disable");
  CHECK(!all.contains("options"));
  CHECK(good("postgres://a@b/c?connect_timeout=7").connect_limit() == std::chrono::seconds(7));
  CHECK(!good("postgres://a@b/c").connect_limit());
}

TEST_CASE("Another machine must prove who it is unless the address says otherwise") {
  const auto mode = [](const std::string& text) { return told(good(text)).at("sslmode"); };
  CHECK(mode("postgres://a@db.example.com/b") == "verify-full");
  CHECK(told(good("postgres://a@db.example.com/b")).at("sslrootcert").starts_with("/etc/"));
  CHECK(told(good("postgres://a@db/b?sslrootcert=/ca.pem")).at("sslrootcert") == "/ca.pem");
  CHECK(mode("postgres://a@db/b?sslmode=prefer") == "prefer");
  CHECK(mode("postgres://a@127.0.0.1/b") == "prefer");
  CHECK(mode("postgres://a@127.0.0.1,db/b") == "verify-full");
  CHECK(mode("postgres://a@db/b?hostaddr=127.0.0.1") == "prefer");
  CHECK(mode("postgres://a@localhost/b?hostaddr=10.0.0.1") == "verify-full");
  const Variable authorities("SSL_CERT_FILE", "/mine.pem");
  CHECK(told(good("postgres://a@db.example.com/b")).at("sslrootcert") == "/mine.pem");
  const Variable weaker("PGSSLMODE", "require");
  CHECK(mode("postgres://a@db.example.com/b") == "require");
}

TEST_CASE("How far a server is trusted") {
  CHECK(good("postgres://a@db/b").trust() == Trust::verified);
  CHECK(good("postgres://a@db/b?sslmode=verify-ca").trust() == Trust::any_name);
  for (const std::string mode : {"require", "prefer", "allow", "disable"})
    CHECK(good("postgres://a@db/b?sslmode=" + mode).trust() == Trust::unverified);
  for (const std::string host : {"localhost", "LOCALHOST", "127.0.0.9", "[::1]", "%2Frun"})
    CHECK(good("postgres://a@" + host + "/b").trust() == Trust::this_machine);
  CHECK(good("postgres://a@localhost.example.com/b").trust() == Trust::verified);
}

TEST_CASE("Of several hosts, one that can be written is wanted") {
  CHECK(told(good("postgres://a@one,two/b")).at("target_session_attrs") == "read-write");
  CHECK(told(good("postgres://a@one,two/b?target_session_attrs=any")).at("target_session_attrs") == "any");
  const Address address = good("postgres://a@one,two/b?hostaddr=10.0.0.1,10.0.0.2&port=1,2");
  REQUIRE(address.hosts().size() == 2);
  CHECK(address.hosts().at(1).name == "two");
  CHECK(address.hosts().at(1).address == "10.0.0.2");
  CHECK(address.hosts().at(1).port == "2");
  CHECK(has(problem("postgres://a@one,two,three/b?port=1,2"), "port"));
}

TEST_CASE("A service file gives what the address leaves out") {
  std::string file = (std::filesystem::temp_directory_path() / "envlink-service-XXXXXX").string();
  const int descriptor = mkstemp(file.data());
  REQUIRE(descriptor >= 0);
  close(descriptor);
  std::ofstream(file) << "[team]\nhost=db.example.com\nuser=x\ndbname=y\npassword=hunter2\n";
  const Variable services("PGSERVICEFILE", file);
  const Address address = good("postgres://a@?service=team", Origin::file);
  CHECK(address.shown() == "a@db.example.com:5432/y");
  CHECK(address.trust() == Trust::verified);
  CHECK(told(address).at("service") == "team");
  CHECK(has(problem("postgres://?service=other"), "definition of service \"other\" not found"));
  std::filesystem::remove(file);
}

TEST_CASE("A password may come from the environment, not from a file") {
  for (const std::string text : {"postgres://a:hunter2@db/b", "postgres://a@db/b?password=hunter2"}) {
    CHECK(problem(text) == "none");
    const std::string shown = problem(text, Origin::file);
    CHECK(has(shown, "it contains a password"));
    CHECK(has(shown, "PGPASSWORD"));
    CHECK(!has(shown, "hunter2"));
  }
}

TEST_CASE("What is wrong with an address is said without showing it") {
  CHECK(has(problem("mysql://a:hunter2@db/b"), "it does not start with postgres://"));
  CHECK(has(problem("host=db password=hunter2"), "it does not start with postgres://"));
  CHECK(has(problem(""), "it does not start with postgres://"));
  CHECK(has(problem("postgres://a@db/" + std::string(2048, 'b')), "longer than 2048 bytes"));
  CHECK(has(problem("postgres://a@db/b?ssl_mode=require"), "Did you mean sslmode?"));
  CHECK(has(problem("postgres://a@db/b?options=-csearch_path%3Dx"), "Use only these: application_name"));
  CHECK(has(problem("postgres://a@db/b?sslmode=full"), "invalid sslmode value: \"full\""));
  CHECK(has(problem("postgres://a@db/b?connect_timeout=0"), "from 1 to 30"));
  CHECK(has(problem("postgres://a@db/b?target_session_attrs=writable"), "Use one of any, read-write"));
  CHECK(has(problem("postgres://a@db,/b"), "one of its hosts is empty"));
  for (const std::string text :
       {"postgres://a:hun@ter2@db/b", "postgres://a:hun/ter2@db/b", "postgres://a:hun?ter2",
        "postgres://a:hun?ter2/b", "postgres://a:ter2/b", "postgres://a:%ter2@db/b",
        "postgres://a:ter2%@db/b", "postgres://a:hun@ter2?db/b", "postgres://a:x@[ter2/b",
        "postgres://a:hun@db?ter2=@x", "postgres://a:hun@ter2:ter2/b", "postgres://a:x%00ter2@db/b",
        "postgres://a:ter2@db/b?x", "postgres://a:ter2@db/b?="}) {
    const std::string shown = problem(text);
    CHECK(shown != "none");
    CHECK_MESSAGE(!has(shown, "ter2"), shown);
  }
}
