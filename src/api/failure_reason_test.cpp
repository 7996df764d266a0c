#include "api/failure_reason.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/endpoints.h"

namespace envlink::api {
namespace {

const Time began = parse_rfc3339("2026-11-23T21:00:00Z").value();

std::string event(std::string_view type, int second, std::string_view details) {
  return fmt::format(
      R"({{"cursor":"c","event":{{"id":"evt-1","timestamp":"2026-11-23T21:00:{:02}Z","serviceId":"srv-1","type":"{}","details":{}}}}})",
      second, type, details);
}

std::string ended(std::string_view reason, std::string_view deploy = "dep-1") {
  return event(
      "deploy_ended", 30,
      fmt::format(R"({{"deployId":"{}","deployStatus":"failed","status":3,"reason":{}}})", deploy, reason));
}

FailureReason read(std::initializer_list<std::string> events) {
  std::string body = "[";
  for (const auto& one : events) body += (body.size() > 1 ? "," : "") + one;
  const auto reason = parse_failure_reason({.status = 200, .body = body + "]"}, DeployId("dep-1"), began);
  REQUIRE(reason.has_value());
  return *reason;
}

TEST_CASE("the end of the deploy gives a short reason") {
  struct Row {
    const char* failure;
    const char* words;
    const char* detail;
  };
  const Row rows[] = {
      {R"({"evicted":false,"nonZeroExit":2})", "exit code 2", ""},
      {R"({"evicted":false,"nonZeroExit":137,"oomKilled":{"memoryLimit":"512Mi"}})",
       "out of memory (limit 512Mi)", ""},
      {R"({"oomKilled":{"memoryLimit":"\u001b[2J"}})", "out of memory", ""},
      {R"({"evicted":false,"timedOutSeconds":900,"timedOutReason":"no open port"})", "timed out after 15m",
       "no open port"},
      {R"({"timedOutReason":"no open port"})", "timed out", "no open port"},
      {R"({"evicted":false,"unhealthy":"/health answered 503\u001b[2J"})", "unhealthy",
       "/health answered 503\uFFFD[2J"},
      {R"({"evicted":true})", "evicted", ""},
      {R"({"evicted":true,"evictionReason":"node pressure"})", "evicted", "node pressure"},
      {R"({"evicted":false,"evictionReason":"node pressure"})", "evicted", "node pressure"},
      {R"({"evicted":false,"earlyExit":true})", "it exited early", ""},
      {R"({"evicted":false})", "", ""},
      {R"({"nonZeroExit":"1","oomKilled":null,"timedOutSeconds":-1,"unhealthy":7})", "", ""},
      {R"([])", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.failure);
    const auto reason = read({ended(fmt::format(R"({{"failure":{}}})", row.failure))});
    CHECK(reason.ended);
    CHECK(reason.words == row.words);
    CHECK(reason.detail == row.detail);
  }
}

TEST_CASE("another deploy's end is ignored") {
  const auto reason = read({ended(R"({"failure":{"nonZeroExit":2}})", "dep-2")});
  CHECK_FALSE(reason.ended);
  CHECK(reason.words.empty());
}

TEST_CASE("a build counts if the deploy's end names it or if it ended during the deploy") {
  const auto build = [](std::string_view id, int second, int code) {
    return event(
        "build_ended", second,
        fmt::format(
            R"({{"buildId":"{}","buildStatus":"failed","reason":{{"failure":{{"nonZeroExit":{}}}}}}})", id,
            code));
  };
  CHECK(read({build("bld-1", 20, 7), build("bld-2", 10, 8), ended(R"({"buildFailed":{"id":"bld-2"}})")})
            .words == "exit code 8");
  CHECK(read({build("bld-1", 20, 7), ended("{}")}).words == "exit code 7");
  CHECK(read({build("bld-1", 40, 7), ended("{}")}).words.empty());
  const std::string earlier =
      R"({"event":{"type":"build_ended","timestamp":"2026-11-23T20:59:59Z","details":{"buildId":"bld-1","reason":{"failure":{"nonZeroExit":7}}}}})";
  CHECK(read({earlier, ended("{}")}).words.empty());
}

TEST_CASE("pre-deploy commands, images and instances explain what the deploy's end leaves open") {
  CHECK(read({event("pre_deploy_ended", 20, R"({"deployId":"dep-1","reason":{"failure":{"nonZeroExit":3}}})"),
              ended("{}")})
            .words == "exit code 3");
  CHECK(read({event("pre_deploy_ended", 20, R"({"deployId":"dep-2","reason":{"failure":{"nonZeroExit":3}}})"),
              ended("{}")})
            .words.empty());
  const auto pull =
      read({event("image_pull_failed", 20, R"({"message":"no such tag","imageURL":"x"})"), ended("{}")});
  CHECK(pull.words == "the image could not be pulled");
  CHECK(pull.detail == "no such tag");
  CHECK(
      read({event("server_failed", 20, R"({"instanceID":"srv-1","reason":{"earlyExit":true}})"), ended("{}")})
          .words == "it exited early");
  CHECK(read({ended(R"({"newDeploy":{"id":"dep-2"}})")}).words == "replaced by a newer deploy");
  CHECK(read({ended(R"({"newBuild":{"id":"bld-2"}})")}).words == "replaced by a newer build");
  const auto fetch =
      read({event("artifact_fetch_failed", 20, R"({"message":"no such digest"})"), ended("{}")});
  CHECK(fetch.words == "the artifact could not be fetched");
  CHECK(fetch.detail == "no such digest");
}

TEST_CASE("events of the service during the deploy are reported, alone or with the deploy's own cause") {
  struct Row {
    const char* type;
    const char* details;
    const char* words;
  };
  const Row rows[] = {
      {"suspender_added", R"({"actor":"billing"})", "the service was suspended during the deploy (billing)"},
      {"suspender_added", R"({"actor":"\u001b[2J"})",
       "the service was suspended during the deploy (\uFFFD[2J)"},
      {"service_suspended", "{}", "the service was suspended during the deploy"},
      {"branch_deleted", R"({"deletedBranch":"next","newBranch":"main"})", "its branch next was deleted"},
      {"branch_deleted", "{}", "its branch was deleted"},
      {"server_hardware_failure", "{}", "its hardware failed"}};
  for (const Row& row : rows) {
    CAPTURE(row.type);
    CHECK(read({event(row.type, 20, row.details), ended("{}")}).words == row.words);
    CHECK(read({event(row.type, 20, row.details), ended(R"({"failure":{"nonZeroExit":2}})")}).words ==
          std::string("exit code 2, and ") + row.words);
    CHECK(read({event(row.type, 40, row.details), ended("{}")}).words.empty());
    CHECK_FALSE(read({event(row.type, 20, row.details), ended("{}")}).quota_exhausted);
  }
}

TEST_CASE("an exhausted quota is the cause, whatever the build's exit code") {
  const std::string used_up = event("pipeline_minutes_exhausted", 1, R"({"buildId":"bld-1","trigger":{}})");
  const auto reason = read({ended(R"({"failure":{"nonZeroExit":1,"unhealthy":"x"}})"), used_up});
  CHECK(reason.quota_exhausted);
  CHECK(reason.words ==
        "the workspace has used up its pipeline minutes and cannot deploy until it gets more");
  CHECK(reason.detail.empty());
  CHECK(read({used_up}).quota_exhausted);
  CHECK_FALSE(read({event("pipeline_minutes_exhausted", 40, "{}"), ended("{}")}).quota_exhausted);
}

TEST_CASE("a reply that is not a list of events is an error, and odd events are ignored") {
  for (const char* body : {"", "{}", "[1]", "[{\"event\":[]}]", "\xff", "[[[[[["}) {
    CAPTURE(body);
    CHECK_FALSE(parse_failure_reason({.status = 200, .body = body}, DeployId("dep-1"), began).has_value());
  }
  CHECK(read({"{}", R"({"event":{}})", R"({"event":{"type":7,"timestamp":"soon","details":[]}})",
              ended(R"({"failure":{"nonZeroExit":2}})")})
            .words == "exit code 2");
}

TEST_CASE("events are requested since a time, logs for a period and a type") {
  CHECK(list_events(ServiceId("srv-1"), began).target ==
        "/services/srv-1/events?startTime=2026-11-23T21%3A00%3A00.000000Z&limit=100");
  const auto logs = [](LogKind kind, std::optional<Time> until) {
    return list_logs(OwnerId("tea-1"), ServiceId("srv-1"), kind, began, until).target;
  };
  CHECK(logs(LogKind::build, began + std::chrono::seconds(1)) ==
        "/logs?ownerId=tea-1&resource=srv-1&type=build&startTime=2026-11-23T21%3A00%3A00.000000Z"
        "&endTime=2026-11-23T21%3A00%3A01.000000Z&direction=backward&limit=100");
  CHECK(logs(LogKind::app, {}) ==
        "/logs?ownerId=tea-1&resource=srv-1&type=app&startTime=2026-11-23T21%3A00%3A00.000000Z"
        "&direction=backward&limit=100");
  CHECK(logs(LogKind::both, {}).find("&type=build&type=app&") != std::string::npos);
}

}  // namespace
}  // namespace envlink::api
