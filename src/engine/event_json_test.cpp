#include "engine/event_json.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;

TEST_CASE("an event survives being written and read") {
  Event event;
  event.at = Time(std::chrono::microseconds(1'795'000'000'123'456));
  event.kind = EventKind::deploy_answered;
  event.link = 3;
  event.service = 0;
  event.subject = "srv-1";
  event.server_time = Time(std::chrono::seconds(1'795'000'000));
  event.number = 201;
  event.deploy = DeployId("dep-1");
  event.status = "live";
  event.text = "a \"quoted\" ünïcode text";
  event.cure = "do";
  event.request_id = "api-1";
  event.deploys = {DeployId("dep-1"), DeployId("dep-2")};
  event.lines = {"==> Build failed", "•••"};
  const auto read = event_from_json(to_json(event));
  REQUIRE(read.has_value());
  CHECK(*read == event);
}

TEST_CASE("every kind of event has a name of its own") {
  for (int kind = 0; kind <= static_cast<int>(EventKind::run_ended); ++kind) {
    Event event;
    event.kind = static_cast<EventKind>(kind);
    const auto read = event_from_json(to_json(event));
    REQUIRE(read.has_value());
    CHECK(read->kind == event.kind);
  }
}

TEST_CASE("what is no event is refused with a reason") {
  for (const char* text : {"", "[]", "{}", "{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"later_invention\"}",
                           "{\"at\":1,\"kind\":\"run_began\"}", "[[[[[[[[[]]]]]]]]]"}) {
    CAPTURE(text);
    const auto read = event_from_json(text);
    REQUIRE_FALSE(read.has_value());
    CHECK_FALSE(read.error().why.empty());
  }
}
