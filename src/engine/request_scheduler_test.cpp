#include "engine/request_scheduler.h"

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

/// Sends the request, gives the outcome and returns when it is sent again; unset: the outcome was final.
std::optional<Time> again(const api::Request& request, Repeat repeat, const api::Outcome& outcome) {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(request, repeat);
  const auto sent = scheduler.due(start);
  REQUIRE(sent.calls.size() == 1);
  if (scheduler.receive(start, {sent.calls[0].id, outcome})) return std::nullopt;
  return scheduler.due(start).wake;
}

}  // namespace

TEST_CASE("while a request waits to be repeated, the notice says why and for how many whole seconds") {
  const auto notice_after = [](const api::Outcome& outcome) {
    RequestScheduler scheduler(model::ApiSettings{}, {});
    scheduler.enqueue(read(), Repeat::safely);
    Time now = start;
    // The first wait is too short to be worth a line.
    for (int i = 0; i < 5; ++i) {
      const auto sent = scheduler.due(now);
      REQUIRE(sent.calls.size() == 1);
      REQUIRE_FALSE(scheduler.receive(now, {sent.calls[0].id, outcome}).has_value());
      const auto held = scheduler.due(now + std::chrono::milliseconds(1));
      if (held.notice) return held.notice->text;
      now = held.wake.value();
    }
    return std::string();
  };
  CHECK(notice_after(refused) == "cannot reach Render, retrying in 4s");
  CHECK(notice_after(answer(503)) == "Render answered 503, retrying in 4s");
  CHECK(notice_after(cut) == "the connection was cut before the answer, retrying in 4s");
}

TEST_CASE("which requests are sent again, and when") {
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

TEST_CASE("a request is repeated after 2, 4 and 8 seconds, and then the error is final") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(read(), Repeat::safely);
  Time now = start;
  for (const int expected : {2, 4, 8}) {
    const auto sent = scheduler.due(now);
    REQUIRE(sent.calls.size() == 1);
    REQUIRE_FALSE(scheduler.receive(now, {sent.calls[0].id, answer(500)}).has_value());
    const auto wake = scheduler.due(now).wake;
    REQUIRE(wake.has_value());
    CHECK(*wake - now == seconds(expected));
    now = *wake;
  }
  const auto last = scheduler.due(now);
  REQUIRE(last.calls.size() == 1);
  CHECK(scheduler.receive(now, {last.calls[0].id, answer(500)}).has_value());
  CHECK(scheduler.repeated() == 3);
}

TEST_CASE("min_interval keeps requests apart") {
  model::ApiSettings settings;
  settings.min_interval = seconds(1);
  RequestScheduler scheduler(settings, {});
  scheduler.enqueue(read(), Repeat::safely);
  scheduler.enqueue(write(), Repeat::never);
  const auto first = scheduler.due(start);
  CHECK(first.calls.size() == 1);
  CHECK(first.wake == start + seconds(1));
  CHECK(scheduler.due(start + seconds(1)).calls.size() == 1);
}

TEST_CASE("waiting for the first answer of a window is not reported") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(read(), Repeat::never);
  scheduler.enqueue(read(), Repeat::never);
  const auto batch = scheduler.due(start);
  CHECK(batch.calls.size() == 1);
  CHECK(batch.wake.has_value());
  CHECK_FALSE(batch.notice.has_value());
}

TEST_CASE("a service whose requests all hang leaves room for others") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(read(), Repeat::never);
  const auto first = scheduler.due(start);
  REQUIRE(first.calls.size() == 1);
  scheduler.receive(
      start,
      {first.calls[0].id,
       answer(200, {{"ratelimit-limit", "400"}, {"ratelimit-remaining", "399"}, {"ratelimit-reset", "30"}})});
  for (int i = 0; i < 30; ++i)
    scheduler.enqueue(api::list_deploys(ServiceId("srv-hangs"), 20), Repeat::safely);
  const auto hanging = scheduler.due(start);
  CHECK(hanging.calls.size() == 4);
  for (int i = 0; i < 12; ++i)
    scheduler.enqueue(api::list_deploys(ServiceId("srv-" + std::to_string(i)), 20), Repeat::safely);
  CHECK(scheduler.due(start).calls.size() == 12);
  // Its own requests continue as soon as one of them ends.
  scheduler.receive(start, {hanging.calls[0].id, answer(200)});
  CHECK(scheduler.due(start).calls.size() == 1);
}

TEST_CASE("a service whose window is closed does not delay other services") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(write(), Repeat::never);
  const auto sent = scheduler.due(start);
  scheduler.receive(start, {sent.calls[0].id, answer(429, {{"retry-after", "50"}})});
  scheduler.enqueue(write(), Repeat::never);
  scheduler.enqueue(api::create_deploy(ServiceId("srv-2"), api::DeployMode::build_and_deploy), Repeat::never);
  const auto next = scheduler.due(start);
  REQUIRE(next.calls.size() == 1);
  CHECK(next.calls[0].request.target == "/services/srv-2/deploys");
}

TEST_CASE("a 503 with Retry-After delays its own request and no other") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(read(), Repeat::safely);
  const auto sent = scheduler.due(start);
  scheduler.receive(start, {sent.calls[0].id, answer(503, {{"retry-after", "50"}})});
  scheduler.enqueue(api::list_deploys(ServiceId("srv-2"), 20), Repeat::safely);
  const auto next = scheduler.due(start);
  CHECK(next.calls.size() == 1);
  CHECK(next.wake == start + seconds(50));
}

TEST_CASE("a wait caused by another client with the same key says so") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  const auto answered = [&](const char* remaining) {
    scheduler.enqueue(read(), Repeat::never);
    const auto sent = scheduler.due(start);
    REQUIRE(sent.calls.size() == 1);
    scheduler.receive(start, {sent.calls[0].id, answer(200, {{"ratelimit-limit", "4"},
                                                             {"ratelimit-remaining", remaining},
                                                             {"ratelimit-reset", "30"}})});
  };
  answered("3");
  answered("1");
  scheduler.enqueue(read(), Repeat::never);
  const auto held = scheduler.due(start);
  CHECK(held.calls.empty());
  REQUIRE(held.notice.has_value());
  CHECK(held.notice->text.find("another client uses this key") != std::string::npos);
}

TEST_CASE("a reply that belongs to no call in progress is ignored") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  scheduler.enqueue(read(), Repeat::never);
  const auto sent = scheduler.due(start);
  CHECK(scheduler.receive(start, {sent.calls[0].id, answer(200)}).has_value());
  CHECK_FALSE(scheduler.receive(start, {sent.calls[0].id, answer(200)}).has_value());
  CHECK_FALSE(scheduler.receive(start, {999, answer(200)}).has_value());
}

TEST_CASE("a request that is not sent yet can be withdrawn") {
  RequestScheduler scheduler(model::ApiSettings{}, {});
  const RequestId first = scheduler.enqueue(write(), Repeat::never);
  const RequestId second = scheduler.enqueue(write(), Repeat::never);
  CHECK(scheduler.due(start).calls.size() == 1);
  CHECK(scheduler.withdraw_pending() == std::vector<RequestId>{second});
  CHECK(first != second);
}
