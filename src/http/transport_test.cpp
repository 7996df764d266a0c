// wait(): what ends it, and how many requests can share it.

#include "http/transport.h"

#include <doctest/doctest.h>

#include <csignal>
#include <set>

#include "http/raw_server_test.h"
#include "http/transport_fixture_test.h"

using namespace envlink;
using namespace envlink::http::testing;
using api::Method;
using std::chrono::milliseconds;

TEST_CASE("wait returns nothing when its time is over") {
  RawServer server([](Peer& peer, const Received&) { peer.hold_until_closed(); });
  Client client(server.url());
  SUBCASE("while a request is in progress") {
    client.transport.send(call(Method::get, "/x"));
  }
  SUBCASE("while nothing is in progress") {}
  const Time until = client.clock.now() + milliseconds(20);
  const auto arrivals = client.transport.wait(until);
  CHECK(client.clock.now() >= until);
  CHECK(arrivals.replies.empty());
  CHECK(arrivals.interrupts == 0);
  CHECK(client.transport.wait(Time{}).replies.empty());  // a time long past
}

TEST_CASE("wait throws if there is no time and no request") {
  Client client("http://127.0.0.1");
  CHECK_THROWS_AS(client.transport.wait(std::nullopt), std::logic_error);
}

TEST_CASE(
    "Thirty-two parallel requests are all answered, each with its own id, over at most eight connections") {
  RawServer server([](Peer& peer, const Received& request) { peer.answer(200, request.line); });
  Client client(server.url());
  std::set<engine::CallId> open;
  for (engine::CallId id = 1; id <= 32; ++id) {
    auto one = call(Method::get, "/" + std::to_string(id));
    one.id = id;
    client.transport.send(one);
    open.insert(id);
  }
  while (!open.empty()) {
    for (const auto& reply : client.transport.wait(std::nullopt).replies) {
      REQUIRE(status_of(reply.outcome) == 200);
      CHECK(std::get<api::Response>(reply.outcome).body == "GET /" + std::to_string(reply.id) + " HTTP/1.1");
      CHECK(open.erase(reply.id) == 1);
    }
  }
  CHECK(server.connections() <= 8);
}

TEST_CASE("wait reports interrupts while requests continue") {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  RawServer server([](Peer& peer, const Received&) { peer.hold_until_closed(); });
  http::SystemClock clock;
  http::CurlTransport transport({.base_url = server.url(), .user_agent = "envlink/test"}, Secret(key_text),
                                clock);
  transport.send(call(Method::get, "/x"));
  std::raise(SIGINT);
  std::raise(SIGTERM);
  const auto arrivals = transport.wait(std::nullopt);
  CHECK(arrivals.interrupts == 2);
  CHECK(arrivals.replies.empty());
  CHECK(transport.wait(clock.now()).interrupts == 0);
}

TEST_CASE("An interrupt that the process ignores stays ignored") {
  std::signal(SIGINT, SIG_IGN);
  {
    http::SystemClock clock;
    http::CurlTransport transport({.base_url = "http://127.0.0.1", .user_agent = "x"}, Secret(key_text),
                                  clock);
    std::raise(SIGINT);
    CHECK(transport.wait(clock.now()).interrupts == 0);
  }
  std::signal(SIGINT, SIG_DFL);
}

TEST_CASE("Destroying a transport restores the signals") {
  {
    http::SystemClock clock;
    const http::CurlTransport transport({.base_url = "http://127.0.0.1", .user_agent = "x"}, Secret(key_text),
                                        clock);
    sigset_t during;
    pthread_sigmask(SIG_SETMASK, nullptr, &during);
    CHECK(sigismember(&during, SIGINT) == 1);
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(sigismember(&after, SIGINT) == 0);
}

TEST_CASE("The clock starts at the time of day and never runs backwards") {
  const Time before = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  http::SystemClock clock;
  Time last = before;
  for (int i = 0; i < 1000; ++i) {
    const Time now = clock.now();
    REQUIRE(now >= last);
    last = now;
  }
}
