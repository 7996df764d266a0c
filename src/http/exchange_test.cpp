// What is sent and how answers are read, against a server that misbehaves.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "http/raw_server_test.h"
#include "http/transport_fixture_test.h"

using namespace envlink;
using namespace envlink::http::testing;
using api::Method;
using std::chrono::milliseconds;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Answers the first request of a connection and passes the later ones to the test.
RawServer::Handler fine_at_first(const std::function<void(Peer&)>& then) {
  return [then](Peer& peer, const Received& request) {
    if (request.on_connection == 1) return peer.answer(200, "{}");
    then(peer);
  };
}

}  // namespace

TEST_CASE("A request has its method, path, body and exactly the headers that the API needs") {
  RawServer server([](Peer& peer, const Received&) {
    peer.answer(201, R"({"id":"dep-1"})", "X-Thing:  some value \r\n");
  });
  Client client(server.url("/v1/"));
  const auto outcome = client.ask(call(Method::post, "/services/srv-1/deploys?a=b", R"({"deployMode":"x"})"));
  const auto* response = std::get_if<api::Response>(&outcome);
  REQUIRE(response != nullptr);
  CHECK(response->status == 201);
  CHECK(response->body == R"({"id":"dep-1"})");
  REQUIRE(response->header("x-thing") != nullptr);
  CHECK(*response->header("x-thing") == "some value");

  const Received seen = server.received().at(0);
  CHECK(seen.line == "POST /v1/services/srv-1/deploys?a=b HTTP/1.1");
  CHECK(seen.body == R"({"deployMode":"x"})");
  CHECK(contains(seen.head, "Authorization: Bearer " + key_text + "\r\n"));
  CHECK(contains(seen.head, "Accept: application/json\r\n"));
  CHECK(contains(seen.head, "Content-Type: application/json\r\n"));
  CHECK(contains(seen.head, "User-Agent: envlink/test\r\n"));
  CHECK_FALSE(contains(seen.head, "Expect"));
}

TEST_CASE("Every method is sent correctly, with and without a body") {
  RawServer server([](Peer& peer, const Received&) { peer.answer(204, ""); });
  Client client(server.url());
  for (const Method method : {Method::get, Method::post, Method::patch, Method::put, Method::delete_}) {
    for (const std::string body : {"", "{}"}) {
      if (method == Method::get && !body.empty()) continue;
      CAPTURE(api::to_string(method));
      CAPTURE(body);
      CHECK(status_of(client.ask(call(method, "/x", body))) == 204);
      const Received seen = server.received().back();
      CHECK(seen.line == fmt::format("{} /x HTTP/1.1", api::to_string(method)));
      CHECK(seen.body == body);
      CHECK(contains(seen.head, "Content-Type") == !body.empty());
      CHECK_FALSE(contains(seen.head, "chunked"));
    }
  }
}

TEST_CASE("A write on a reused connection that dies is sent once and reported as unanswered") {
  const auto kill = [](Peer& peer) { peer.close(); };
  const auto reset = [](Peer& peer) { peer.reset(); };
  for (const std::function<void(Peer&)>& death : {std::function<void(Peer&)>(kill), {reset}}) {
    for (const Method method : {Method::post, Method::patch, Method::put, Method::delete_}) {
      for (const std::string body : {"", R"({"a":1})"}) {
        CAPTURE(api::to_string(method));
        CAPTURE(body);
        RawServer server(fine_at_first(death));
        Client client(server.url());
        REQUIRE(status_of(client.ask(call(Method::get, "/first"))) == 200);
        const auto outcome = client.ask(call(method, "/second", body));
        CHECK(std::holds_alternative<api::NoAnswer>(outcome));
        CHECK(server.count(api::to_string(method)) == 1);
      }
    }
  }
}

TEST_CASE("A read on a reused connection that dies is sent again") {
  RawServer server(fine_at_first([](Peer& peer) { peer.close(); }));
  Client client(server.url());
  REQUIRE(status_of(client.ask(call(Method::get, "/first"))) == 200);
  CHECK(status_of(client.ask(call(Method::get, "/second"))) == 200);
  CHECK(server.count("GET /second") == 2);
}

TEST_CASE("A missing or incomplete answer is reported as unanswered, with the reason") {
  struct Row {
    const char* name;
    std::function<void(Peer&)> misbehave;
    const char* why;
    bool timed_out;
  };
  const Row rows[] = {
      {"closed", [](Peer& p) { p.close(); }, "without an answer", false},
      {"reset", [](Peer& p) { p.reset(); }, "the connection broke", false},
      {"body cut short",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234");
         p.close();
       },
       "cut short", false},
      {"headers that stop",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-");
         p.hold_until_closed();
       },
       "no complete answer within 0.3s", true},
      {"body that stops",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1");
         p.hold_until_closed();
       },
       "no complete answer within 0.3s", true},
      {"not HTTP",
       [](Peer& p) {
         p.write("SSH-2.0-OpenSSH\r\n\r\n");
         p.close();
       },
       "could not be read", false},
      {"NUL in a header",
       [](Peer& p) {
         p.write(std::string_view("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", 27));
         p.close();
       },
       "could not be read", false},
      {"header without a colon",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n");
         p.close();
       },
       "could not be read", false},
      {"one endless header",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nA: " + std::string(90'000, 'a') + "\r\n\r\n");
         p.close();
       },
       "headers are larger", false},
      {"endless interim answers",
       [](Peer& p) {
         while (p.open()) p.write("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
       },
       "headers are larger", false},
      {"chunks of nonsense",
       [](Peer& p) {
         p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
         p.close();
       },
       "", false},
      {"not gzip", [](Peer& p) { p.answer(200, "plain", "Content-Encoding: gzip\r\n"); }, "decompressed",
       false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RawServer server([&](Peer& peer, const Received&) { row.misbehave(peer); });
    Client client(server.url());
    const bool slow = row.timed_out;
    const auto outcome = client.ask(
        call(Method::post, "/x", "{}", slow ? Duration(milliseconds(300)) : std::chrono::seconds(20)));
    CAPTURE(why_of(outcome));
    const auto* no_answer = std::get_if<api::NoAnswer>(&outcome);
    REQUIRE(no_answer != nullptr);
    CHECK(contains(no_answer->why, row.why));
    CHECK(no_answer->timed_out == row.timed_out);
    CHECK_FALSE(contains(no_answer->why, key_text));
    CHECK(server.count("POST") == 1);
  }
}

TEST_CASE(
    "An answer that arrives byte by byte, after interim ones, with invalid bytes and trailers is read") {
  const std::string answer =
      "HTTP/1.1 103 Early\r\nLink: no\r\n\r\nHTTP/1.1 200 Fine: really\r\nX-Odd: \xff\x80\r\n"
      "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Trailer: no\r\n\r\n";
  RawServer server([&](Peer& peer, const Received&) {
    for (const char byte : answer) peer.write({&byte, 1});
  });
  Client client(server.url());
  const auto outcome = client.ask(call(Method::get, "/x"));
  CAPTURE(why_of(outcome));
  const auto* response = std::get_if<api::Response>(&outcome);
  REQUIRE(response != nullptr);
  CHECK(response->status == 200);
  CHECK(response->body == "{}");
  CHECK(response->headers == api::Headers{{"x-odd", "\xff\x80"}, {"transfer-encoding", "chunked"}});
}

TEST_CASE("A body is bounded") {
  const std::string big((16 << 20) + 1, 'x');
  RawServer server([&](Peer& peer, const Received&) { peer.answer(200, big); });
  Client client(server.url());

  SUBCASE("of an API answer: more than 8 MiB is no answer") {
    const auto outcome = client.ask(call(Method::get, "/x"));
    CHECK(why_of(outcome) == "no answer: the answer is larger than 8 MiB");
    CHECK(std::get<api::NoAnswer>(outcome).too_large);
  }
  SUBCASE("of a foreign answer: 64 KiB, the rest is ignored") {
    const auto outcome = client.ask(foreign(server.url("/health")));
    REQUIRE(status_of(outcome) == 200);
    CHECK(std::get<api::Response>(outcome).body.size() == 64 << 10);
  }
}
