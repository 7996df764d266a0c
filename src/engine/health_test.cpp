#include "engine/health.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;
using std::chrono::seconds;

namespace {

const Time start{std::chrono::hours(1000)};

HealthTarget target(std::string name) {
  api::Request request;
  request.target = "https://" + name + ".onrender.com/health";
  request.foreign = true;
  return {std::move(name), std::move(request)};
}

}  // namespace

TEST_CASE("each health path is asked once, and its answer is reported") {
  HealthCheck check({target("a"), target("b"), target("c")}, {});
  const Step step = check.step(start);
  REQUIRE(step.calls.size() == 3);
  check.receive(start, {step.calls[2].id, api::Response{200, {}, ""}});
  check.receive(start, {step.calls[0].id, api::Response{404, {}, ""}});
  CHECK_FALSE(check.finished());
  check.receive(start, {step.calls[1].id, api::Response{204, {}, ""}});
  REQUIRE(check.finished());
  CHECK_FALSE(check.answers()[0].healthy);
  CHECK(check.answers()[0].told == "answers 404");
  CHECK(check.answers()[1].healthy);
  CHECK(check.answers()[2].healthy);
}

TEST_CASE("a health path that fails for a moment is asked again, up to the number of retries") {
  model::ApiSettings settings;
  settings.retries = 2;
  HealthCheck check({target("a")}, settings);
  Time now = start;
  int asked = 0;
  while (!check.finished()) {
    const Step step = check.step(now);
    asked += static_cast<int>(step.calls.size());
    for (const Call& call : step.calls) check.receive(now, {call.id, api::NoAnswer{"cut\x1b[2J", false}});
    if (step.wake) now = std::max(now, *step.wake);
    if (step.calls.empty() && !step.wake) now += seconds(1);
    REQUIRE(now < start + seconds(60));
  }
  CHECK(asked == 3);
  CHECK_FALSE(check.answers()[0].healthy);
  CHECK(check.answers()[0].told.find('\x1b') == std::string::npos);
}

TEST_CASE("without a health path there is nothing to wait for") {
  HealthCheck check({}, {});
  CHECK(check.step(start).calls.empty());
  CHECK(check.finished());
}

TEST_CASE("an interrupted check stops waiting and says that it is incomplete") {
  HealthCheck check({target("a"), target("b")}, {});
  const Step step = check.step(start);
  check.receive(start, {step.calls[0].id, api::Response{200, {}, {}}});
  CHECK_FALSE(check.interrupted());
  check.interrupt(start);
  CHECK(check.finished());
  CHECK(check.interrupted());
}
