#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "emulator/router.h"
#include "emulator/target.h"
#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Workspace many_services(int count) {
  Workspace workspace = small_workspace();
  workspace.services.clear();
  for (int i = 0; i < count; ++i) {
    workspace.services.push_back(service(fmt::format("srv-{:03}", i), fmt::format("app-{:03}", i)));
  }
  return workspace;
}

TEST_CASE("a request without the workspace's key gets 401 and changes nothing") {
  Client client;
  for (const std::string_view wrong : {"", "rnd_example", "Bearer rnd_other", "Basic rnd_example"}) {
    const auto reply = client.world.handle(api::Method::post, "/v1/env-groups/evg-secrets/services/srv-api",
                                           wrong, "", client.now);
    CHECK(reply.status == 401);
    CHECK(reply.body == "{\"message\":\"unauthorized\"}\n");
  }
  CHECK_FALSE(client.world.is_linked("evg-secrets", "srv-api"));
  CHECK(client.world.handle(api::Method::get, "/v1/users", "bearer rnd_example", "", client.now).status ==
        200);
}

TEST_CASE("a documented operation that is not modelled gets 501 and its name, never 404") {
  Client client;
  for (const Operation* operation : all_operations()) {
    const auto reply = client.send(operation->method, operation->path, "{}");
    CAPTURE(operation->path);
    CHECK((reply.status == 501) == (operation->handler == nullptr));
    if (operation->handler == nullptr)
      CHECK(reply.body.find(std::string(word(operation->method)) + " " + std::string(operation->path)) !=
            std::string::npos);
    client.pass(std::chrono::seconds(2));
  }
}

TEST_CASE("a method that a path does not have gets 405 with the methods that it has") {
  Client client;
  const auto reply = client.send(api::Method::patch, "/services/srv-api/deploys", "{}");
  CHECK(reply.status == 405);
  CHECK(*reply.header("allow") == "GET, HEAD, POST");
}

TEST_CASE("the words, times, numbers and required parameters of a query are checked") {
  Client client;
  struct Row {
    const char* target;
    const char* message;
  };
  const Row rows[] = {{"/services?createdBefore=yesterday", "invalid createdBefore"},
                      {"/services?suspended=maybe", "invalid suspended"},
                      {"/services?type=web_service,lambda", "invalid type"},
                      {"/services?includePreviews=1", "invalid includePreviews"},
                      {"/services/srv-api/deploys?status=nope", "invalid status"},
                      {"/logs?resource=srv-api", "ownerId is required"}};
  for (const Row& row : rows) {
    CAPTURE(row.target);
    const auto reply = client.get(row.target);
    CHECK(reply.status == 400);
    CHECK(text(boost::json::parse(reply.body), "message") == row.message);
  }
}

TEST_CASE("a body that is required must be there, and must be JSON") {
  Client client;
  const auto post = [&](std::string_view body, std::string_view type) {
    return client.world.handle(api::Method::post, "/v1/services/srv-api/deploys", key, body, client.now, type)
        .status;
  };
  CHECK(post("", "application/json") == 400);
  CHECK(post("{}", "text/plain") == 400);
  CHECK(post("[]", "application/json") == 400);
  CHECK(post("{}", "application/json; charset=utf-8") == 201);
}

TEST_CASE("paths outside /v1 and routes that Render does not have get 404") {
  Client client;
  CHECK(client.world.handle(api::Method::get, "/services", key, "", start).status == 404);
  CHECK(client.world.handle(api::Method::get, "", key, "", start).status == 404);
  CHECK(client.get("/deploys/dep-1").status == 404);
  CHECK(client.get("/services/srv-api/env-groups").status == 404);
  CHECK(client.get("/services/srv-api/deploys/x/cancel/y/z").status == 404);
  CHECK(client.get("/services/%zz").status == 404);
}

TEST_CASE("an unknown id gets a 404 that names it") {
  Client client;
  const auto reply = client.get("/services/srv-none");
  CHECK(reply.status == 404);
  CHECK(reply.body == "{\"message\":\"not found: srv-none\"}\n");
  CHECK(*reply.header("content-type") == "application/json; charset=utf-8");
  CHECK(client.get("/env-groups/evg-none").body == "{\"message\":\"not found: evg-none\"}\n");
}

TEST_CASE("with repeating lists, each entry appears twice, and a deploy also in its first state") {
  Workspace workspace = small_workspace();
  workspace.behaviour.list_repeats = true;
  Client client(workspace);
  for (const char* list : {"/services", "/env-groups"}) CHECK(client.read(list).as_array().size() == 2);
  const auto deploys = client.read("/services/srv-api/deploys");
  REQUIRE(deploys.as_array().size() == 2);
  const std::set<std::string> told = {text(deploys.at(0).at("deploy"), "status"),
                                      text(deploys.at(1).at("deploy"), "status")};
  CHECK(told == std::set<std::string>{"created", "live"});
  CHECK(text(deploys.at(0).at("deploy"), "id") == text(deploys.at(1).at("deploy"), "id"));
}

TEST_CASE("with lagging lists, a deploy can be read by its id before the list shows it") {
  Workspace workspace = small_workspace();
  workspace.behaviour.list_lag = std::chrono::seconds(30);
  Client client(workspace);
  const std::string live = text(client.read("/services/srv-api/deploys").at(0).at("deploy"), "id");
  const auto made = boost::json::parse(client.post("/services/srv-api/deploys", "{}").body);
  client.pass(std::chrono::milliseconds(29'999));
  CHECK(text(client.read("/services/srv-api/deploys").at(0).at("deploy"), "id") == live);
  CHECK(client.get("/services/srv-api/deploys/" + text(made, "id")).status == 200);
  client.pass(std::chrono::milliseconds(1));
  CHECK(text(client.read("/services/srv-api/deploys").at(0).at("deploy"), "id") == text(made, "id"));
}

TEST_CASE("following the cursors shows every item once, in pages of at most the limit") {
  Client client(many_services(45));
  std::set<std::string> seen;
  std::string cursor;
  std::vector<std::size_t> sizes;
  for (int page = 0; page < 5; ++page) {
    const auto items = client.read("/services?limit=20&cursor=" + cursor);
    sizes.push_back(items.as_array().size());
    for (const auto& item : items.as_array()) {
      CHECK(seen.insert(text(item.at("service"), "id")).second);
      cursor = text(item, "cursor");
    }
  }
  CHECK(seen.size() == 45);
  CHECK(sizes == std::vector<std::size_t>{20, 20, 5, 0, 0});
}

TEST_CASE("a page has 20 items by default, and a limit above 100 is refused in Render's words") {
  Client client(many_services(120));
  CHECK(client.read("/services").as_array().size() == 20);
  CHECK(client.read("/services?limit=100").as_array().size() == 100);
  for (const std::string_view limit : {"101", "200", "99999999999999999999"}) {
    const auto reply = client.get(fmt::format("/services?limit={}", limit));
    CHECK(reply.status == 400);
    CHECK(reply.body == "{\"message\":\"invalid limit: too large\"}\n");
  }
  CHECK(client.get("/services?limit=0").status == 400);
  CHECK(client.get("/services?limit=ten").status == 400);
  CHECK(client.get("/services?cursor=abc").status == 400);
  CHECK(client.get("/services?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").status == 400);
}

TEST_CASE("a cursor decodes to its position") {
  for (const std::uint64_t ordinal : {0U, 1U, 77U, 4'000'000'000U}) {
    CHECK(ordinal_of(make_cursor(ordinal, "srv-d47opq4d50c73813bu0a")) == ordinal);
  }
  CHECK_FALSE(ordinal_of("f3TDrnEQnBQ0ajNxZjB1czczZmJ2N3V!"));
}

TEST_CASE("filters choose services by name, type, suspension, environment and preview") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-web", "web app"));
  workspace.services.push_back(service("crn-night", "night"));
  workspace.services[2].type = model::ServiceType::cron_job;
  workspace.services[2].suspended = true;
  workspace.services[2].environment = "evm-1";
  workspace.services.push_back(service("srv-preview", "api-pr-1"));
  workspace.services[3].preview_of = "api";
  Client client(workspace);
  struct Row {
    std::string_view query;
    std::vector<std::string> expected;
  };
  const std::vector<Row> rows = {
      {"", {"srv-preview", "crn-night", "srv-web", "srv-api"}},
      {"?name=api", {"srv-api"}},
      {"?name=api,night", {"crn-night", "srv-api"}},
      {"?name=api&name=night", {"crn-night", "srv-api"}},
      {"?name=api%2Cnight&type=web_service%2cstatic_site", {"srv-api"}},
      {"?name=web%20app", {"srv-web"}},
      {"?name=web+app", {"srv-web"}},
      {"?name=ap", {}},
      {"?type=cron_job", {"crn-night"}},
      {"?suspended=not_suspended&type=web_service,cron_job", {"srv-preview", "srv-web", "srv-api"}},
      {"?environmentId=evm-1", {"crn-night"}},
      {"?includePreviews=false", {"crn-night", "srv-web", "srv-api"}},
      {"?ownerId=tea-other", {}},
      {"?createdBefore=2020-01-01T00:00:00Z", {}},
      {"?createdAfter=2020-01-01T00:00:00Z&name=api", {"srv-api"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    std::vector<std::string> ids;
    const auto items = client.read(fmt::format("/services{}", row.query));
    for (const auto& item : items.as_array()) {
      ids.push_back(text(item.at("service"), "id"));
    }
    CHECK(ids == row.expected);
  }
  CHECK(text(client.read("/services/srv-preview").at("serviceDetails").at("parentServer"), "id") ==
        "srv-api");
}

TEST_CASE("the workspace is listed as an owner, and the key belongs to a user") {
  Client client;
  CHECK(text(client.read("/users"), "name") == "example");
  CHECK(text(client.read("/users"), "id").starts_with("usr-"));
  const auto owners = client.read("/owners?limit=1");
  CHECK(text(owners.at(0).at("owner"), "id") == "tea-cexample0000000000000");
  CHECK(client.get("/owners?name=other").body == "[]\n");
  CHECK(client.get("/owners/tea-cexample0000000000000").status == 200);
  CHECK(client.get("/owners/tea-other").status == 404);
}

TEST_CASE("every reply has a date, a unique request id and the state of its window") {
  Client client;
  const auto one = client.get("/services");
  const auto two = client.get("/services/none");
  CHECK(*one.header("date") == "Mon, 23 Nov 2026 21:17:00 GMT");
  CHECK(*one.header("render-request-id") != *two.header("render-request-id"));
  CHECK(*one.header("ratelimit-limit") == "400");
  CHECK(*one.header("ratelimit-remaining") == "399");
  CHECK(*two.header("ratelimit-remaining") == "398");
  CHECK(*one.header("ratelimit-reset") == "59");
  CHECK(one.body.ends_with("]\n"));
}

}  // namespace
}  // namespace envlink::emulator::test
