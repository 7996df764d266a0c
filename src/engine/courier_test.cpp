#include "engine/courier.h"

#include <doctest/doctest.h>
#include <string>

#include "api/endpoints.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(1000)};
const api::Outcome cut = api::NoAnswer{"cut", false};
const api::Outcome refused = api::NotSent{"refused"};

api::Outcome answer(int status, api::Headers headers = {}) {
  return api::Response{status, std::move(headers), "{}"};
}
api::Request read() {
  return api::list_owners();
}
api::Request write() {
  return api::create_deploy(ServiceId("srv-1"), api::DeployMode::build_and_deploy);
}

/// Sends, gives the outcome, and says when it goes out again; unset: it came back as final.
std::optional<Time> again(const api::Request& request, Repeat repeat, const api::Outcome& outcome) {
  Courier courier(model::ApiSettings{}, {});
  courier.post(request, repeat);
  const auto sent = courier.collect(start);
  REQUIRE(sent.calls.size() == 1);
  if (courier.receive(start, {sent.calls[0].id, outcome})) return std::nullopt;
  return courier.collect(start).wake;
}

}  // namespace

TEST_CASE("what is sent again, and when") {
  struct Row {
    const char* name;
    api::Request request;
    Repeat repeat;
    api::Outcome outcome;
    std::optional<Duration> after;
  };
  const std::vector<Row> rows = {
      {"a read after 503", read(), Repeat::safely, answer(503), seconds(2)},
      {"a read after a cut", read(), Repeat::safely, cut, seconds(2)},
      {"a read after 429 with a wish", read(), Repeat::safely, answer(429, {{"retry-after", "7"}}),
       seconds(7)},
      {"a read after 429 with the wish for a day", read(), Repeat::safely,
       answer(429, {{"retry-after", "86400"}}), std::nullopt},
      {"a read after 404", read(), Repeat::safely, answer(404), std::nullopt},
      {"a write after 429", write(), Repeat::if_not_carried_out, answer(429, {{"retry-after", "7"}}),
       seconds(7)},
      {"a write that was never sent", write(), Repeat::if_not_carried_out, refused, seconds(2)},
      {"a write after 503", write(), Repeat::if_not_carried_out, answer(503), std::nullopt},
      {"a write after a cut", write(), Repeat::if_not_carried_out, cut, std::nullopt},
      {"a look after 503", read(), Repeat::never, answer(503), std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto when = again(row.request, row.repeat, row.outcome);
    CHECK(when.has_value() == row.after.has_value());
    if (when && row.after) CHECK(*when - start == *row.after);
  }
}

TEST_CASE("the guide's schedule is 2, 4 and 8 seconds, and then the trouble is final") {
  Courier courier(model::ApiSettings{}, {});
  courier.post(read(), Repeat::safely);
  Time now = start;
  for (const int expected : {2, 4, 8}) {
    const auto sent = courier.collect(now);
    REQUIRE(sent.calls.size() == 1);
    REQUIRE_FALSE(courier.receive(now, {sent.calls[0].id, answer(500)}).has_value());
    const auto wake = courier.collect(now).wake;
    REQUIRE(wake.has_value());
    CHECK(*wake - now == seconds(expected));
    now = *wake;
  }
  const auto last = courier.collect(now);
  REQUIRE(last.calls.size() == 1);
  CHECK(courier.receive(now, {last.calls[0].id, answer(500)}).has_value());
  CHECK(courier.repeated() == 3);
}

TEST_CASE("min_interval keeps requests apart") {
  model::ApiSettings settings;
  settings.min_interval = seconds(1);
  Courier courier(settings, {});
  courier.post(read(), Repeat::safely);
  courier.post(write(), Repeat::never);
  const auto first = courier.collect(start);
  CHECK(first.calls.size() == 1);
  CHECK(first.wake == start + seconds(1));
  CHECK(courier.collect(start + seconds(1)).calls.size() == 1);
}

TEST_CASE("waiting for the first answer of a window is no news for a person") {
  Courier courier(model::ApiSettings{}, {});
  courier.post(read(), Repeat::never);
  courier.post(read(), Repeat::never);
  const auto batch = courier.collect(start);
  CHECK(batch.calls.size() == 1);
  CHECK(batch.wake.has_value());
  CHECK_FALSE(batch.notice.has_value());
}

TEST_CASE("one service whose requests all hang leaves places to the others") {
  Courier courier(model::ApiSettings{}, {});
  courier.post(read(), Repeat::never);
  const auto first = courier.collect(start);
  REQUIRE(first.calls.size() == 1);
  courier.receive(
      start,
      {first.calls[0].id,
       answer(200, {{"ratelimit-limit", "400"}, {"ratelimit-remaining", "399"}, {"ratelimit-reset", "30"}})});
  for (int i = 0; i < 30; ++i) courier.post(api::list_deploys(ServiceId("srv-hangs"), 20), Repeat::safely);
  const auto hanging = courier.collect(start);
  CHECK(hanging.calls.size() == 4);
  for (int i = 0; i < 12; ++i)
    courier.post(api::list_deploys(ServiceId("srv-" + std::to_string(i)), 20), Repeat::safely);
  CHECK(courier.collect(start).calls.size() == 12);
  // Its own go on as soon as one of them ends.
  courier.receive(start, {hanging.calls[0].id, answer(200)});
  CHECK(courier.collect(start).calls.size() == 1);
}

TEST_CASE("a service whose window is closed holds no other service back") {
  Courier courier(model::ApiSettings{}, {});
  courier.post(write(), Repeat::never);
  const auto sent = courier.collect(start);
  courier.receive(start, {sent.calls[0].id, answer(429, {{"retry-after", "50"}})});
  courier.post(write(), Repeat::never);
  courier.post(api::create_deploy(ServiceId("srv-2"), api::DeployMode::build_and_deploy), Repeat::never);
  const auto next = courier.collect(start);
  REQUIRE(next.calls.size() == 1);
  CHECK(next.calls[0].request.target == "/services/srv-2/deploys");
}

TEST_CASE("a 503 that asks to wait delays its own request and no other") {
  Courier courier(model::ApiSettings{}, {});
  courier.post(read(), Repeat::safely);
  const auto sent = courier.collect(start);
  courier.receive(start, {sent.calls[0].id, answer(503, {{"retry-after", "50"}})});
  courier.post(api::list_deploys(ServiceId("srv-2"), 20), Repeat::safely);
  const auto next = courier.collect(start);
  CHECK(next.calls.size() == 1);
  CHECK(next.wake == start + seconds(50));
}

TEST_CASE("who waits because another client uses the key is told so") {
  Courier courier(model::ApiSettings{}, {});
  const auto answered = [&](const char* remaining) {
    courier.post(read(), Repeat::never);
    const auto sent = courier.collect(start);
    REQUIRE(sent.calls.size() == 1);
    courier.receive(start, {sent.calls[0].id, answer(200, {{"ratelimit-limit", "4"},
                                                           {"ratelimit-remaining", remaining},
                                                           {"ratelimit-reset", "30"}})});
  };
  answered("3");
  answered("1");
  courier.post(read(), Repeat::never);
  const auto held = courier.collect(start);
  CHECK(held.calls.empty());
  REQUIRE(held.notice.has_value());
  CHECK(held.notice->text.find("another client uses this key") != std::string::npos);
}

TEST_CASE("a reply that belongs to nothing under way is a stray") {
  Courier courier(model::ApiSettings{}, {});
  courier.post(read(), Repeat::never);
  const auto sent = courier.collect(start);
  CHECK(courier.receive(start, {sent.calls[0].id, answer(200)}).has_value());
  CHECK_FALSE(courier.receive(start, {sent.calls[0].id, answer(200)}).has_value());
  CHECK_FALSE(courier.receive(start, {999, answer(200)}).has_value());
}

TEST_CASE("what has not gone out can be withdrawn") {
  Courier courier(model::ApiSettings{}, {});
  const Ticket first = courier.post(write(), Repeat::never);
  const Ticket second = courier.post(write(), Repeat::never);
  CHECK(courier.collect(start).calls.size() == 1);
  CHECK(courier.withdraw_pending() == std::vector<Ticket>{second});
  CHECK(first != second);
}
