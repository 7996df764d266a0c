#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/replies.h"

namespace envlink::api {
namespace {

Response reply(std::string body) {
  return {.status = 200, .body = std::move(body)};
}

/// One entry with an id, a time and these fields.
model::AuditEntry entry(std::string_view fields) {
  const auto page = parse_audit_logs(reply(fmt::format(
      R"([{{"cursor":"c","auditLog":{{"id":"aud-1","timestamp":"2026-11-23T21:17:00Z",{}}}}}])", fields)));
  REQUIRE(page);
  REQUIRE(page->items.size() == 1);
  return page->items.front();
}

TEST_CASE("An audit log is read in the documented format, newest first, with its cursor") {
  const auto page = parse_audit_logs(reply(R"([
    {"cursor":"c2","auditLog":{"id":"aud-2","timestamp":"2026-11-23T21:17:00.123456Z","event":"UpdateEnvVarsEvent",
      "status":"success","actor":{"type":"user","email":"user@example.com","id":"usr-1"},
      "metadata":{"service":"srv-123456789","field":"env_vars"}}},
    {"cursor":"c1","auditLog":{"id":"aud-1","timestamp":"2026-11-23T21:16:00Z","event":"DeleteEnvGroupEvent",
      "status":"error","actor":{"type":"system"},"metadata":{}}}])"));
  REQUIRE(page);
  CHECK(page->cursor == "c1");
  CHECK(page->length == 2);
  REQUIRE(page->items.size() == 2);
  const model::AuditEntry& newest = page->items[0];
  CHECK(newest == model::AuditEntry{.id = "aud-2",
                                    .at = *parse_rfc3339("2026-11-23T21:17:00.123456Z"),
                                    .event = "UpdateEnvVarsEvent",
                                    .succeeded = true,
                                    .actor = "user@example.com",
                                    .ids = {"srv-123456789"}});
  CHECK(newest.is_about("srv-123456789"));
  CHECK_FALSE(newest.is_about("srv-1"));
  CHECK_FALSE(page->items[1].succeeded);
  CHECK(page->items[1].ids.empty());
}

TEST_CASE("The actor is an e-mail address, else an id, else Render's word, safe for a terminal") {
  CHECK(entry(R"("actor":{"type":"user","email":"a@example.com","id":"usr-1"})").actor == "a@example.com");
  CHECK(entry(R"("actor":{"type":"user","id":"usr-1"})").actor == "usr-1");
  CHECK(entry(R"("actor":{"type":"rest_api","email":null})").actor == "rest_api");
  CHECK(entry(R"("actor":null)").actor.empty());
  CHECK(entry(R"("actor":"me")").actor.empty());
  CHECK(entry(R"("actor":{"email":"a\u001b[2J\u202eb"})").actor == "a\uFFFD[2J\uFFFDb");
}

TEST_CASE("The objects of an entry are all ids in its metadata, each once") {
  CHECK(entry(R"("metadata":{"a":"evg-1","b":"srv-2","again":"evg-1","field":"env_vars","word":"production",
                "key":"API_KEY","sentence":"srv-1 was changed","number":7,"list":["evg-9"],"none":null,
                "long-prefix":"service-1","capitals":"SRV-1","database":"dpg-abc-a","":"prj-3"})")
            .ids == std::vector<std::string>{"evg-1", "srv-2", "dpg-abc-a", "prj-3"});
  CHECK(entry(R"("metadata":"srv-1")").ids.empty());
}

TEST_CASE("An unknown event keeps its name") {
  CHECK(entry(R"("event":"TeleportServiceEvent")").event == "TeleportServiceEvent");
  CHECK(entry(R"("event":"Two\nlines")").event == "Two lines");
  CHECK(entry(R"("event":7)").event.empty());
  CHECK_FALSE(entry(R"("status":"maybe")").succeeded);
}

TEST_CASE("An entry without a time or an id is an error that names it") {
  for (const char* body :
       {R"([{"auditLog":{"id":"aud-1"}}])", R"([{"auditLog":{"id":"aud-1","timestamp":"today"}}])",
        R"([{"auditLog":{"timestamp":"2026-11-23T21:17:00Z"}}])", R"({"auditLog":{}})", "",
        R"([{"auditLog":[]}])"}) {
    CAPTURE(body);
    CHECK_FALSE(parse_audit_logs(reply(body)));
  }
  const auto page = parse_audit_logs(reply(R"([{"auditLog":{"id":"aud-1","timestamp":"today"}}])"));
  CHECK(page.error().why == "$[0].auditLog.timestamp is not a time");
}

TEST_CASE("A workspace without an audit log is distinguished from one that cannot be reached") {
  for (const int status : {403, 404}) CHECK(has_no_audit_log({.status = status}));
  for (const int status : {200, 400, 401, 410, 429, 500, 503})
    CHECK_FALSE(has_no_audit_log({.status = status}));
}

}  // namespace
}  // namespace envlink::api
