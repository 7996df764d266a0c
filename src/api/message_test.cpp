#include "api/message.h"
#include "api/error_message.h"

#include <doctest/doctest.h>

#include <string>

#include "api/endpoints.h"

namespace envlink::api {
namespace {

using namespace std::chrono_literals;

const Request link = link_group(GroupId{"evg-1"}, ServiceId{"srv-1"});
const Request read = get_group(GroupId{"evg-1"});

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Every outcome gets a verdict") {
  struct Row {
    Outcome outcome;
    Verdict verdict;
  };
  const auto status = [](int code) { return Outcome{Response{.status = code}}; };
  const Row rows[] = {
      {status(200), Verdict::ok},
      {status(202), Verdict::ok},
      {status(204), Verdict::ok},
      {status(302), Verdict::refused},
      {status(400), Verdict::refused},
      {status(401), Verdict::unauthorized},
      {status(402), Verdict::refused},
      {status(403), Verdict::unauthorized},
      {status(404), Verdict::not_found},
      {status(406), Verdict::refused},
      {status(408), Verdict::transient},
      {status(409), Verdict::refused},
      {status(410), Verdict::not_found},
      {status(425), Verdict::transient},
      {status(429), Verdict::limited},
      {status(500), Verdict::transient},
      {status(503), Verdict::transient},
      {status(521), Verdict::transient},
      {status(0), Verdict::refused},
      {NotSent{"x"}, Verdict::transient},
      {NoAnswer{"x", true}, Verdict::ambiguous},
  };
  for (const Row& row : rows) {
    if (const auto* response = std::get_if<Response>(&row.outcome)) CAPTURE(response->status);
    CHECK(verdict_of(row.outcome) == row.verdict);
  }
}

TEST_CASE("A refusal shows Render's words, a cure and the request id") {
  struct Row {
    int status;
    ErrorKind kind;
    const char* cure;
  };
  const Row rows[] = {
      {302, ErrorKind::general, "RENDER_HOST"},
      {400, ErrorKind::general, "project environment"},
      {401, ErrorKind::authentication, "#api-keys"},
      {402, ErrorKind::general, "Billing"},
      {403, ErrorKind::authentication, "admin"},
      {404, ErrorKind::general, "deleted"},
      {406, ErrorKind::general, "proxy"},
      {409, ErrorKind::general, "suspended"},
      {410, ErrorKind::general, "envlink.yaml"},
      {418, ErrorKind::general, "report"},
      {429, ErrorKind::general, "min_interval"},
      {500, ErrorKind::general, "status.render.com"},
      {503, ErrorKind::general, "status.render.com"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    const Error error = explain(link,
                                Response{.status = row.status,
                                         .headers = {{"render-request-id", "api-5d/vVK-1"}},
                                         .body = "{\"message\":\"not found: srv-1\"}\n"},
                                "link shared to shop");
    CHECK(error.kind == row.kind);
    CHECK(error.what == "could not link shared to shop: Render answered " + std::to_string(row.status));
    CHECK(contains(error.why, R"(Render says: "not found: srv-1")"));
    CHECK(contains(error.cure, row.cure));
    CHECK(error.request_id == "api-5d/vVK-1");
  }
}

TEST_CASE("A bad request that is not a link does not mention links") {
  CHECK_FALSE(contains(explain(read, Response{.status = 400}, "read a group").cure, "linked"));
}

TEST_CASE("A bad request for a deploy does not blame names and ids, which Render has accepted before") {
  const Request deploys[] = {create_deploy(ServiceId("srv-1"), DeployMode::build_and_deploy),
                             roll_back(ServiceId("srv-1"), DeployId("dep-1"))};
  for (const Request& request : deploys) {
    const Error error = explain(request, Response{.status = 400}, "deploy shop");
    CHECK(contains(error.cure, "suspended"));
    CHECK_FALSE(contains(error.cure, "envlink.yaml"));
  }
}

TEST_CASE("Render's words are taken only from JSON and plain text, and always made safe") {
  struct Row {
    const char* name;
    std::string body;
    const char* said;  // nullptr: no quote
  };
  const Row rows[] = {
      {"plain text", "upstream timed out\n", "Render says: \"upstream timed out\""},
      {"control characters", R"({"message":"a\u001b[31mb\nc"})", "Render says: \"a�[31mb c\""},
      {"a key in the words", R"({"message":"bad key rnd_AbC123"})", "Render says: \"bad key rnd_***\""},
      {"a web page", "  <!DOCTYPE html><h1>502</h1>", nullptr},
      {"broken JSON", R"({"message":"a)", nullptr},
      {"no message", R"({"id":"x"})", nullptr},
      {"a message of another type", R"({"message":{"a":1}})", nullptr},
      {"a list", "[]", nullptr},
      {"nothing", "", nullptr},
      {"blank", " \n", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Error error = explain(read, Response{.status = 502, .body = row.body}, "read");
    if (row.said != nullptr) {
      CHECK(contains(error.why, row.said));
    } else {
      CHECK_FALSE(contains(error.why, "Render says"));
    }
    CHECK_FALSE(error.why.empty());
  }
  const Error error = explain(read, Response{.status = 502, .body = std::string(1'000'000, 'x')}, "read");
  CHECK(error.why.size() < 500);
}

TEST_CASE("A rate limit says how long to wait if Render does") {
  const auto cure_with = [](Headers headers) {
    return explain(read, Response{.status = 429, .headers = std::move(headers)}, "read").cure;
  };
  CHECK(contains(cure_with({{"retry-after", "34"}}), "in 34s."));
  CHECK(contains(cure_with({{"date", "Mon, 23 Nov 2026 21:17:00 GMT"},
                            {"retry-after", "Mon, 23 Nov 2026 21:18:30 GMT"}}),
                 "in 1m30s."));
  CHECK(contains(cure_with({{"retry-after", "Mon, 23 Nov 2026 21:18:30 GMT"}}), "in a minute."));
  CHECK(contains(cure_with({}), "in a minute."));
}

TEST_CASE("A missing connection shows its cause, and that nothing was sent") {
  struct Row {
    const char* why;
    const char* cure;
  };
  const Row rows[] = {
      {"SSL certificate problem: certificate has expired", "CA certificates"},
      {"Could not resolve host: api.render.com", "RENDER_HOST"},
      {"Failed to connect: Connection refused", "firewall"},
  };
  for (const Row& row : rows) {
    const Error error = explain(link, NotSent{row.why}, "link");
    CHECK(error.why == row.why);
    CHECK(contains(error.cure, "Nothing was sent."));
    CHECK(contains(error.cure, row.cure));
  }
}

TEST_CASE("Without certificate authorities the cure is to install some") {
  const Error error =
      explain(link, NotSent{.why = "the certificate was not accepted", .no_authorities = true}, "link");
  CHECK(contains(error.cure, "Install the package ca-certificates"));
  CHECK(contains(error.cure, "Nothing was sent."));
}

TEST_CASE("A write without an answer may have taken effect, and a read can simply be repeated") {
  const Error late = explain(link, NoAnswer{"timeout", true}, "link");
  CHECK(contains(late.what, "did not answer in time"));
  CHECK(contains(late.cure, "may have taken effect"));
  const Error cut = explain(read, NoAnswer{"connection reset", false}, "read");
  CHECK(contains(cut.what, "cut before the answer"));
  CHECK_FALSE(contains(cut.cure, "taken effect"));
}

TEST_CASE("An oversized answer is reported as such, and a write may still have taken effect") {
  const NoAnswer flood{.why = "the answer is larger than 8 MiB", .too_large = true};
  CHECK(contains(explain(read, flood, "read").what, "larger than envlink accepts"));
  CHECK(contains(explain(read, flood, "read").cure, "RENDER_HOST"));
  CHECK(contains(explain(link, flood, "link").cure, "may have taken effect"));
}

TEST_CASE("A redirect shows its target, made safe") {
  const auto why = [](std::string location) {
    return explain(read, Response{.status = 307, .headers = {{"location", std::move(location)}}}, "read").why;
  };
  CHECK(contains(why("https://elsewhere.example/login"), "points to https://elsewhere.example/login."));
  CHECK(contains(why("https://e.example/\x1B]52;c;x\x07"), "�]52"));
  CHECK(why(std::string(100'000, 'x')).size() < 300);
}

TEST_CASE("A success that cannot be read is reported as such, with the place if known") {
  const Error nested =
      explain(read, Response{.status = 200, .body = std::string(10'000, '[')}, "read shared");
  CHECK(nested.what == "could not read shared: Render's reply could not be read");
  CHECK(contains(nested.why, "is not JSON"));
  CHECK(contains(explain(read, Response{.status = 200, .body = "{}"}, "read shared").why,
                 "not what was requested"));
}

TEST_CASE("A health check error is about the service, not about Render or the key") {
  model::Service web;
  web.type = model::ServiceType::web_service;
  web.url = "https://shop.onrender.com";
  web.health_check_path = "/health";
  for (const Outcome& outcome :
       {Outcome{Response{.status = 401}}, Outcome{NotSent{"refused"}}, Outcome{NoAnswer{}}}) {
    const Error error = explain(get_health(web), outcome, "check shop");
    CHECK(error.kind == ErrorKind::general);
    CHECK(contains(error.what, "the service"));
    CHECK_FALSE(contains(error.what, "Render"));
    CHECK(contains(error.cure, "https://shop.onrender.com/health"));
  }
}

TEST_CASE("The description of what was attempted is cleaned") {
  const Error error = explain(read, Response{.status = 500}, "read \x1B[2J rnd_AbC");
  CHECK(contains(error.what, "could not read �[2J rnd_***:"));
}

TEST_CASE("a cure names the emulator if nothing listens on this machine or another host refuses the key") {
  const Request owners = list_owners();
  const Error refused =
      explain(owners, NotSent{.why = "could not connect", .local_host = "127.0.0.1:8080"}, "read");
  CHECK(refused.cure ==
        "Nothing listens on 127.0.0.1:8080, which RENDER_HOST names. Is `envlink emulate` running? To use "
        "Render: unset RENDER_HOST");
  const Error elsewhere = explain(owners, Response{.status = 401, .from_other_host = true}, "read");
  CHECK(elsewhere.cure ==
        "RENDER_HOST is not Render. If it is an emulator, set RENDER_API_KEY to the `api_key` of its "
        "workspace file.");
  CHECK(explain(owners, Response{.status = 401}, "read").cure.starts_with("Create a key at "));
}

}  // namespace
}  // namespace envlink::api
