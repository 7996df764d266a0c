#include "engine/event_json.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;

namespace {

const Time at = *parse_rfc3339("2026-11-18T12:26:40.123456Z");
const EventService backend{ServiceId("srv-2"), "backend", 1};
const EventLink unlinked{plan::LinkAction::remove, {GroupId("evg-1"), "sec\"rets ü"}, backend, 4};
const EventValue unset{plan::ValueAction::unset, {GroupId("evg-1"), "secrets"}, "file:ca.pem", 3};
const DeployId deploy("dep-1");

plan::Plan small_plan() {
  plan::Plan plan;
  plan.owner.id = OwnerId("tea-1");
  plan.owner.name = "toolboxai";
  plan.services.resize(2);
  plan.services[1].id = ServiceId("srv-2");
  plan.services[1].name = "backend";
  plan.links.push_back({plan::LinkAction::remove, GroupId("evg-1"), "secrets", 1});
  plan.undoes = 6;
  return plan;
}

/// One event of every kind, with every field set.
std::vector<Event::What> all_kinds() {
  const std::optional<Time> server_time = *parse_rfc3339("2026-11-18T12:26:40Z");
  return {RunBegan{{OwnerId("tea-1"), "toolboxai"}, 6, 2, 9, 8, 3},
          RunResumed{},
          HoldIntended{backend, HoldAction::hold, "checksPass", 2},
          HoldAnswered{backend, HoldAction::hold, 503, "Render answered 503", "req-1", server_time},
          HoldProved{backend, HoldAction::restore, "checksPass"},
          HoldFailed{backend, HoldAction::restore, "Render answered 403", "ask"},
          GroupIntended{{GroupId(), "made"}, 2},
          GroupAnswered{{GroupId(), "made"}, 503, "Render answered 503", "req-1", server_time},
          GroupMade{{GroupId("evg-2"), "made"}, "found by its name", server_time},
          GroupFailed{{GroupId(), "made"}, true, "Render answered 400", "ask"},
          ValueIntended{unset, 2},
          ValueAnswered{unset, 503, "Render answered 503", "req-1", server_time},
          ValueProved{unset, server_time},
          ValueFailed{unset, true, "it is hidden", "ask"},
          LinkIntended{unlinked, 2},
          LinkAnswered{unlinked, 503, "Render answered 503", "req-1", server_time},
          LinkProved{unlinked, server_time},
          LinkFailed{unlinked, "it does not exist", "make it"},
          SnapshotTaken{backend, {deploy, DeployId("dep-0")}, server_time},
          DeployIntended{backend, 1, DeployMode::rollback, DeployId("dep-0")},
          DeployAnswered{backend, 201, deploy, "no", "req-2", server_time},
          DeployAttributed{backend, deploy, "found in the list"},
          DeployObserved{backend, deploy, "build_in_progress"},
          HealthObserved{backend, 500, "its health path answers 500"},
          ServiceEnded{backend, ServiceOutcome::failed, deploy, "its build failed", "read its log"},
          FailureTold{backend, deploy, "exit code 1", {"==> Build failed", "••• \x1b[1m \xff"}, "none", true},
          Waiting{200, "Render answered 429"},
          Interrupted{2},
          RunEnded{model::Outcome::interrupted}};
}

}  // namespace

TEST_CASE("an event of every kind is read as it was written") {
  REQUIRE(all_kinds().size() == std::variant_size_v<Event::What>);
  for (std::size_t kind = 0; kind < all_kinds().size(); ++kind) {
    const Event event{at, all_kinds()[kind]};
    REQUIRE(event.what.index() == kind);
    CAPTURE(to_json(event));
    const auto read = event_from_json(to_json(event));
    REQUIRE(read.has_value());
    CHECK(*read == event);
    CHECK(unknown_kind(to_json(event)).empty());
  }
}

TEST_CASE("an event names the service, the group and the action like every other document") {
  const std::string answered =
      R"({"event":"link_answered","at":"2026-11-18T12:26:40.123456Z","action":"unlink",)"
      R"("group":{"id":"evg-1","name":"sec\"rets ü"},"service":{"id":"srv-2","name":"backend"},)"
      R"("service_position":1,"link_position":4,"http_status":503,"why":"Render answered 503",)"
      R"("request_id":null,"server_time":null})";
  CHECK(to_json({at, LinkAnswered{unlinked, 503, "Render answered 503", "", {}}}) == answered);
  const std::string ended =
      R"({"event":"run_ended","at":"2026-11-18T12:26:40.123456Z","outcome":"rolled_back","exit_code":6})";
  CHECK(to_json({at, RunEnded{model::Outcome::rolled_back}}) == ended);
}

TEST_CASE("an event written by 0.1.0 is converted, with the names of the plan") {
  const plan::Plan plan = small_plan();
  const auto read = [&](std::string_view text) { return event_from_json(text, &plan).value().what; };
  const EventLink planned{plan::LinkAction::remove, {GroupId("evg-1"), "secrets"}, backend, 0};
  CHECK(read(R"({"at":"2026-11-18T12:26:40Z","kind":"run_began"})") ==
        Event::What(RunBegan{{OwnerId("tea-1"), "toolboxai"}, 6, 0, 1, 0, 0}));
  CHECK(
      read(
          R"({"at":"2026-11-18T12:26:40Z","kind":"link_answered","link":0,"service":1,)"
          R"("subject":"evg-1/srv-2","server_time":"2026-11-18T12:26:40.123456Z","number":404,"text":"no"})") ==
      Event::What(LinkAnswered{planned, 404, "no", "", at}));
  CHECK(read(R"({"at":"2026-11-18T12:26:40Z","kind":"deploy_intended","service":1,"subject":"srv-2",)"
             R"("number":1,"text":"rollback to dep-0"})") ==
        Event::What(DeployIntended{backend, 1, DeployMode::rollback, DeployId("dep-0")}));
  CHECK(read(R"({"at":"2026-11-18T12:26:40Z","kind":"failure_told","service":1,"subject":"srv-2",)"
             R"("deploy":"dep-1","text":"exit code 1","cure":"none","lines":["one"]})") ==
        Event::What(FailureTold{backend, deploy, "exit code 1", {"one"}, "none"}));
  CHECK(read(R"({"at":"2026-11-18T12:26:40Z","kind":"run_ended","number":130})") ==
        Event::What(RunEnded{model::Outcome::interrupted}));
}

TEST_CASE("an event of a 0.1.0 run without a plan keeps its ids") {
  const auto read = event_from_json(
      R"({"at":"2026-11-18T12:26:40Z","kind":"link_proved","link":4,"service":1,"subject":"evg-1/srv-2"})");
  REQUIRE(read.has_value());
  CHECK(link_of(*read)->group.id == GroupId("evg-1"));
  CHECK(link_of(*read)->service.id == ServiceId("srv-2"));
  CHECK(link_of(*read)->position == 4);
}

TEST_CASE("a text that is not an event is refused with a reason, and an unknown kind is named") {
  for (const char* text :
       {"", "[]", "{}", R"({"event":"later_invention","at":"2026-01-01T00:00:00Z"})",
        R"({"kind":"later_invention","at":"2026-01-01T00:00:00Z"})", R"({"event":"run_resumed","at":1})",
        R"({"event":"run_ended","at":"2026-01-01T00:00:00Z","outcome":"later","exit_code":9})",
        "[[[[[[[[[]]]]]]]]]"}) {
    CAPTURE(text);
    const auto read = event_from_json(text);
    REQUIRE_FALSE(read.has_value());
    CHECK_FALSE(read.error().why.empty());
  }
  CHECK(unknown_kind(R"({"event":"later_invention"})") == "later_invention");
  CHECK(unknown_kind(R"({"kind":"later_invention"})") == "later_invention");
  CHECK(unknown_kind("{").empty());
}
