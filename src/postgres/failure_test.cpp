#include "postgres/failure.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::postgres;
using Kind = Complaint::Kind;

namespace {

const std::string store = "envlink@db:5432/envlink";

team::Failure refused(const std::string& code, const std::string& text = "server's words") {
  return explain(store, {.kind = Kind::refused, .sqlstate = code, .text = text});
}

team::Failure unreachable(const std::string& text) {
  return explain(store, complaint_in(text, Kind::unreachable));
}

}  // namespace

TEST_CASE("Failures after which it helps to try again soon, and the others") {
  for (const char* code :
       {"57P01", "57P02", "57P03", "08006", "08P01", "40001", "40P01", "53300", "53200", "55P03"}) {
    CAPTURE(code);
    CHECK(refused(code).passing);
    CHECK(!refused(code).error.cure.empty());
  }
  for (const char* code :
       {"28P01", "28000", "3D000", "42P01", "3F000", "42501", "25006", "53100", "58030", "22021", "P0001"}) {
    CAPTURE(code);
    CHECK(!refused(code).passing);
    CHECK(!refused(code).error.cure.empty());
  }
}

TEST_CASE("What to do") {
  CHECK(refused("42P01").error.cure == "Create them: envlink store init");
  CHECK(refused("42501").error.cure.find("envlink store role") != std::string::npos);
  CHECK(refused("53100").error.what ==
        "The team store envlink@db:5432/envlink cannot be written: the server's disk is full");
  CHECK(refused("28P01").error.cure.find("PGPASSWORD") != std::string::npos);
}

TEST_CASE("A standby and a read-only role give the same code") {
  Complaint complaint{.kind = Kind::refused, .sqlstate = "25006", .text = "cannot execute INSERT"};
  CHECK(!explain(store, complaint).passing);
  complaint.on_standby = true;
  CHECK(explain(store, complaint).passing);
}

TEST_CASE("Texts that can quote values are not shown; the others are clean and bounded") {
  for (const char* code : {"22P02", "23505", "P0001", "XX000"}) {
    const Error error = refused(code, "invalid input: \"hunter2\"").error;
    CHECK(describe(error).find("hunter2") == std::string::npos);
    CHECK(error.why == std::string("SQLSTATE ") + code);
  }
  CHECK(refused("42501", "a\x1b[31m\nb").error.why == "a�[31m b");
  CHECK(refused("42501", std::string(9999, 'x')).error.why.size() < 400);
}

TEST_CASE("A connection that was refused") {
  const std::string begin = "connection to server at \"db\" (10.0.0.1), port 5432 failed: ";
  const team::Failure login = unreachable(begin +
                                          "FATAL:  28P01: password authentication failed for user \"a\"\n"
                                          "LOCATION:  auth_failed, auth.c:335\n");
  CHECK(!login.passing);
  CHECK(login.error.why == "password authentication failed for user \"a\"");
  CHECK(unreachable(begin + "ФАТАЛЬНО:  57P03: the database system is starting up\n").passing);
  const team::Failure closed =
      unreachable(begin + "Connection refused\n\tIs the server running on that host?\n");
  CHECK(closed.passing);
  CHECK(closed.error.what == "The team store envlink@db:5432/envlink cannot be reached");
  CHECK(closed.error.why == "Connection refused  Is the server running on that host?");
  for (const char* text :
       {"SSL error: certificate verify failed\n", "server does not support SSL, but SSL was required\n",
        "server certificate for \"x\" does not match host name \"db\"\n"}) {
    CHECK(!unreachable(begin + text).passing);
    CHECK(unreachable(begin + text).error.cure.find("sslrootcert=") != std::string::npos);
  }
  CHECK(unreachable(begin + "SSL SYSCALL error: EOF detected\n").passing);
  CHECK(unreachable(begin + "FATAL:  0A000: unsupported frontend protocol\n").error.why ==
        "unsupported frontend protocol");
  CHECK(unreachable(begin + "session is read-only\n").passing);
  CHECK(!unreachable(begin + "fe_sendauth: no password supplied\n").passing);
}

TEST_CASE("PgBouncer's own errors") {
  CHECK(refused("08P01", "server login has been failing").passing);
  CHECK(refused("08P01", "no more connections allowed (max_client_conn)").passing);
  CHECK(!refused("08P01", "SASL authentication failed").passing);
  CHECK(!refused("08P01", "no such database: x").passing);
}

TEST_CASE("No answer") {
  const team::Failure failure = explain(store, {.text = "no answer within 5s"});
  CHECK(failure.passing);
  CHECK(failure.error.what == "The team store envlink@db:5432/envlink did not answer");
  CHECK(explain(store, complaint_in("FATAL:  57P01: terminating connection\n", Kind::unanswered)).passing);
  CHECK(!explain(store, {.kind = Kind::too_large, .text = "it has more than 64 MiB"}).passing);
}
