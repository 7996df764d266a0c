#include "emulator/http_frontend.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "assets/pages.h"
#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Fault fault(FaultKind kind, std::string match = "*") {
  Fault out;
  out.match = std::move(match);
  out.nth = 1;
  out.kind = kind;
  return out;
}

struct Visitor {
  explicit Visitor(const Workspace& workspace) : frontend(workspace, "http://127.0.0.1:1", 1.0, start) {}
  ServerAction ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    return frontend.handle({method, target, key, body}, now);
  }
  std::string own(std::string_view target) {
    return frontend.handle({"GET", target, "", ""}, now).response.body;
  }
  HttpFrontend frontend;
  Time now = start;
};

constexpr std::string_view link_target = "/v1/env-groups/evg-secrets/services/srv-api";

std::size_t links(Visitor& visitor) {
  return boost::json::parse(visitor.own("/_emulator/state")).at("links").as_array().size();
}

TEST_CASE("the request log does not show the key, even if it is in the address") {
  Visitor visitor(small_workspace());
  visitor.ask("GET", "/v1/users?key=rnd_example&again=rnd_example");
  const std::string log = visitor.own("/_emulator/requests");
  CHECK(log.find("rnd_example") == std::string::npos);
  CHECK(log.find("/v1/users?key=***&again=***") != std::string::npos);
}

TEST_CASE("late requests take effect after their connections are cut, in the order of arrival") {
  Workspace workspace = small_workspace();
  workspace.faults = {fault(FaultKind::late, "POST *"), fault(FaultKind::late, "DELETE *")};
  workspace.faults[0].delay = seconds(5);
  workspace.faults[1].delay = seconds(3);
  Visitor visitor(workspace);
  const ServerAction action = visitor.ask("POST", link_target);
  CHECK(action.cut);
  CHECK(action.fault == "late");
  CHECK(visitor.ask("DELETE", link_target).cut);  // arrives first, and finds no link
  visitor.now += seconds(4);
  CHECK(links(visitor) == 0);
  visitor.now += seconds(1);
  CHECK(links(visitor) == 1);
}

TEST_CASE("faults cut before or after the effect, answer instead of Render, corrupt or delay the answer") {
  struct Row {
    const char* name;
    FaultKind kind;
    bool cut;
    int status;
    std::size_t links;
  };
  const Row rows[] = {{"cut", FaultKind::cut, true, 0, 0},
                      {"lose_answer", FaultKind::lose_answer, true, 200, 1},
                      {"status", FaultKind::status, false, 503, 0},
                      {"garbage", FaultKind::garbage, false, 200, 1},
                      {"delay", FaultKind::delay, false, 200, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Workspace workspace = small_workspace();
    workspace.faults = {fault(row.kind)};
    workspace.faults[0].status = 503;
    workspace.faults[0].retry_after = 3;
    workspace.faults[0].delay = seconds(5);
    Visitor visitor(workspace);
    const ServerAction action = visitor.ask("POST", link_target);
    CHECK(action.cut == row.cut);
    CHECK(action.response.status == row.status);
    CHECK(action.delay == (row.kind == FaultKind::delay ? seconds(5) : seconds(0)));
    CHECK(links(visitor) == row.links);
    if (row.kind == FaultKind::status) CHECK(*action.response.header("retry-after") == "3");
    boost::json::error_code error;
    boost::json::parse(action.response.body, error);
    if (row.kind == FaultKind::garbage) CHECK(error);
    CHECK(visitor.own("/_emulator/requests").find(fmt::format("\"fault\":\"{}\"", row.name)) !=
          std::string::npos);
  }
}

TEST_CASE("a fault answers a deploy request with the live deploy, without effect") {
  Workspace workspace = small_workspace();
  workspace.faults = {fault(FaultKind::old_deploy)};
  workspace.faults[0].match = "POST /v1/services/*/deploys";
  Visitor visitor(workspace);
  const auto before = visitor.ask("GET", "/v1/services/srv-api/deploys").response.body;
  const auto named = visitor.ask("POST", "/v1/services/srv-api/deploys").response;
  CHECK(named.status == 201);
  const auto live = boost::json::parse(before).at(0).at("deploy").at("id");
  CHECK(boost::json::parse(named.body).at("id") == live);
  CHECK(visitor.ask("GET", "/v1/services/srv-api/deploys").response.body == before);
}

TEST_CASE("every answer of the API is delayed by the latency, but not the emulator's own pages") {
  Workspace workspace = small_workspace();
  workspace.behaviour.latency = std::chrono::milliseconds(80);
  Visitor visitor(workspace);
  CHECK(visitor.ask("GET", "/v1/services").delay == std::chrono::milliseconds(80));
  CHECK(visitor.ask("GET", "/_emulator/state").delay == Duration{0});
}

TEST_CASE(
    "the request log has time, method, path and status, but not requests for the emulator's own pages") {
  Visitor visitor(small_workspace());
  visitor.ask("GET", "/v1/services?limit=1");
  visitor.ask("BREW", "/v1/\xff\"");
  visitor.own("/_emulator/state");
  visitor.own("/");
  CHECK(visitor.own("/_emulator/requests") ==
        "{\"time\":\"2026-11-23T21:17:00.000000Z\",\"method\":\"GET\",\"path\":\"/v1/services?limit=1\","
        "\"status\":200,\"fault\":null}\n"
        "{\"time\":\"2026-11-23T21:17:00.000000Z\",\"method\":\"BREW\",\"path\":\"/v1/\uFFFD\\\"\","
        "\"status\":405,\"fault\":null}\n");
  CHECK(visitor.own("/_emulator/requests?last=1")
            .starts_with("{\"time\":\"2026-11-23T21:17:00.000000Z\",\"method\":\"BREW"));
}

TEST_CASE("HEAD is answered like GET, counts in the same rate-limit window, and is logged as HEAD") {
  Visitor visitor(small_workspace());
  const auto get = visitor.ask("GET", "/v1/services/srv-api").response;
  const auto head = visitor.ask("HEAD", "/v1/services/srv-api").response;
  CHECK(head.status == 200);
  CHECK(head.body == get.body);
  CHECK(*get.header("ratelimit-remaining") == "399");
  CHECK(*head.header("ratelimit-remaining") == "398");
  CHECK(visitor.ask("HEAD", "/v1/services/srv-none").response.status == 404);
  CHECK(visitor.ask("HEAD", "/").response.body == assets::emulator_page);
  CHECK(visitor.own("/_emulator/requests?last=1") ==
        "{\"time\":\"2026-11-23T21:17:00.000000Z\",\"method\":\"HEAD\",\"path\":\"/v1/services/srv-none\","
        "\"status\":404,\"fault\":null}\n");
}

TEST_CASE("a fault for GET does not match HEAD, and one for HEAD does") {
  Workspace workspace = small_workspace();
  workspace.faults = {fault(FaultKind::cut, "GET *"), fault(FaultKind::status, "HEAD *")};
  Visitor visitor(workspace);
  const ServerAction head = visitor.ask("HEAD", "/v1/services");
  CHECK_FALSE(head.cut);
  CHECK(head.fault == "status");
  CHECK(visitor.ask("GET", "/v1/services").cut);
}

TEST_CASE("the request log keeps the newest ten thousand") {
  Visitor visitor(small_workspace());
  visitor.ask("GET", "/v1/first");
  for (int i = 0; i < 10'000; ++i) visitor.ask("GET", "/v1/services");
  const std::string log = visitor.own("/_emulator/requests");
  CHECK(std::count(log.begin(), log.end(), '\n') == 10'000);
  CHECK(log.find("/v1/first") == std::string::npos);
}

TEST_CASE("the state shows links, deploys and windows, but no values") {
  Workspace workspace = small_workspace();
  workspace.services[0].variables = {{"OWN", "own-secret"}};
  workspace.groups[0].secret_files = {{"ca.pem", "file-secret"}};
  Visitor visitor(workspace);
  visitor.ask("POST", link_target);
  visitor.ask("POST", "/v1/services/srv-api/deploys", "{}");
  visitor.now += seconds(30);
  const std::string body = visitor.own("/_emulator/state");
  const auto state = boost::json::parse(body);
  CHECK(text(state.at("links").at(0), "service") == "srv-api");
  CHECK(text(state.at("deploys").at(1), "status") == "build_in_progress");
  CHECK(state.at("deploys").at(1).at("groups").at(0).as_string() == "evg-secrets");
  CHECK(state.at("windows").as_array().size() == 2);
  CHECK(text(state.at("windows").at(1), "bucket") == "service srv-api");
  CHECK(state.at("windows").at(1).at("remaining").as_int64() == 9);
  for (const char* secret : {"own-secret", "file-secret", "postgres://secret", "t0ken", "rnd_example"}) {
    CHECK(body.find(secret) == std::string::npos);
  }
}

TEST_CASE("the state names the environment of services and groups") {
  Workspace workspace = small_workspace();
  workspace.environments = {{.id = "evm-1", .name = "production", .project = "prj-1"}};
  workspace.services[0].environment = "evm-1";
  workspace.services.push_back(service("srv-free", "free"));
  workspace.groups[0].environment = "evm-1";
  Visitor visitor(workspace);
  const auto state = boost::json::parse(visitor.own("/_emulator/state"));
  CHECK(text(state.at("services").at(0), "environment_name") == "production");
  CHECK_FALSE(state.at("services").at(1).as_object().contains("environment"));
  CHECK(text(state.at("groups").at(0), "environment_name") == "production");
}

TEST_CASE("a web service's url returns 200 while a deploy is live") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-off", "off"));
  workspace.services[1].suspended = true;
  Visitor visitor(workspace);
  const auto shown = boost::json::parse(visitor.ask("GET", "/v1/services/srv-api").response.body);
  CHECK(text(shown.at("serviceDetails"), "url") == "http://127.0.0.1:1/_emulator/health/api");
  CHECK(visitor.ask("GET", "/_emulator/health/api").response.status == 200);
  CHECK(visitor.ask("GET", "/_emulator/health/api/health?x=1").response.status == 200);
  CHECK(visitor.ask("GET", "/_emulator/health/off").response.status == 503);
  CHECK(visitor.ask("GET", "/_emulator/health/nobody").response.status == 503);
  CHECK(visitor.ask("GET", "/_emulator/health/").response.status == 404);
}

TEST_CASE("the page loads nothing from elsewhere") {
  Visitor visitor(small_workspace());
  const auto response = visitor.ask("GET", "/").response;
  CHECK(response.header("content-security-policy")->starts_with("default-src 'none'"));
  CHECK(response.header("content-security-policy")->find("unsafe") == std::string_view::npos);
  CHECK(response.body == assets::emulator_page);
  CHECK(assets::emulator_page.find("http://") == std::string_view::npos);
  CHECK(assets::emulator_page.find("https://") == std::string_view::npos);
  CHECK(assets::emulator_page.find("innerHTML") == std::string_view::npos);
  CHECK(visitor.ask("POST", "/").response.status == 405);
  CHECK(visitor.ask("GET", "/_emulator/else").response.status == 404);
}

}  // namespace
}  // namespace envlink::emulator::test
