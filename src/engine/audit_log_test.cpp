#include "engine/audit_log.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::engine;

namespace {

const Time start{std::chrono::hours(1000)};

AuditLogReader reader() {
  model::ApiSettings settings;
  settings.retries = 1;
  return {OwnerId("tea-1"), start, settings, Budget{}};
}

/// The reader after each of its requests got this answer.
AuditLogReader after(const api::Outcome& answer) {
  AuditLogReader asked = reader();
  Time now = start;
  for (int turn = 0; turn < 10 && !asked.finished(); ++turn) {
    const Step step = asked.step(now);
    for (const Call& call : step.calls) asked.receive(now, {call.id, answer});
    if (step.wake) now = std::max(now, *step.wake);
  }
  return asked;
}

}  // namespace

TEST_CASE("the audit log is read with one request, and its entries are returned") {
  AuditLogReader asked = reader();
  const Step step = asked.step(start);
  REQUIRE(step.calls.size() == 1);
  CHECK(step.calls[0].request.target.starts_with("/owners/tea-1/audit-logs?startTime="));
  CHECK_FALSE(asked.finished());
  asked.receive(start, {step.calls[0].id,
                        api::Response{200,
                                      {},
                                      R"([{"auditLog":{"id":"aud-1","timestamp":"2026-11-28T10:00:00Z",)"
                                      R"("event":"UpdateEnvVarsEvent","status":"success",)"
                                      R"("actor":{"email":"a@b.c"},"metadata":{"x":"evg-1"}}}])"}});
  REQUIRE(asked.finished());
  REQUIRE(asked.result().has_value());
  REQUIRE(asked.result()->has_value());
  REQUIRE((*asked.result())->newest_first.size() == 1);
  CHECK((*asked.result())->newest_first.front().is_about("evg-1"));
  CHECK((*asked.result())->whole);
  CHECK(asked.step(start).calls.empty());
}

TEST_CASE("the audit log is read page by page up to the bound, and an incomplete result says so") {
  for (const std::size_t pages : {std::size_t{3}, AuditLogReader::most_pages + 5}) {
    AuditLogReader asked = reader();
    Time now = start;
    std::size_t sent = 0;
    for (int turn = 0; turn < 200 && !asked.finished(); ++turn) {
      const Step step = asked.step(now);
      for (const Call& call : step.calls) {
        const std::string id = "aud-" + std::to_string(++sent);
        if (sent > 1) CHECK(call.request.target.ends_with("cursor=aud-" + std::to_string(sent - 1)));
        const std::string entry =
            R"({"auditLog":{"id":")" + id +
            R"(","timestamp":"2026-11-28T10:00:00Z","event":"E","status":"success"},"cursor":")" + id +
            R"("})";
        asked.receive(now, {call.id, api::Response{200, {}, sent > pages ? "[]" : "[" + entry + "]"}});
      }
      if (step.wake) now = std::max(now, *step.wake);
    }
    REQUIRE(asked.finished());
    REQUIRE(asked.result().has_value());
    const bool whole = pages < AuditLogReader::most_pages;
    CHECK((*asked.result())->whole == whole);
    CHECK((*asked.result())->newest_first.size() == (whole ? pages : AuditLogReader::most_pages));
  }
}

TEST_CASE("403 and 404 mean that there is no audit log; other refusals are errors") {
  for (const int status : {403, 404}) {
    const AuditLogReader asked = after(api::Response{status, {}, ""});
    REQUIRE(asked.finished());
    REQUIRE(asked.result().has_value());
    CHECK_FALSE(asked.result()->has_value());
  }
  for (const api::Outcome& answer :
       {api::Outcome(api::Response{500, {}, ""}), api::Outcome(api::Response{400, {}, ""}),
        api::Outcome(api::Response{200, {}, "<html>"}), api::Outcome(api::NoAnswer{"cut", false})}) {
    const AuditLogReader asked = after(answer);
    REQUIRE(asked.finished());
    CHECK_FALSE(asked.result().has_value());
  }
}

TEST_CASE("an interrupt ends the reading of the audit log") {
  AuditLogReader asked = reader();
  CHECK(asked.step(start).calls.size() == 1);
  asked.interrupt(start);
  REQUIRE(asked.finished());
  CHECK(asked.result().error().kind == ErrorKind::interrupted);
}
