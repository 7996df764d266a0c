#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view url = "/env-groups/evg-secrets/env-vars/DATABASE_URL";
constexpr std::string_view colleague = "colleague@example.com";

Workspace linked_workspace() {
  Workspace workspace = small_workspace();
  workspace.groups[0].links = {"api"};
  workspace.services[0].variables = {{"LOG_LEVEL", "info"}};
  return workspace;
}

struct Truth : Client {
  explicit Truth(Workspace workspace = linked_workspace()) : Client(std::move(workspace)) {}

  /// The value of a variable in the live deploy; "" for none.
  std::string carried(std::string_view key, std::string_view holder = "evg-secrets") {
    world.advance(now);
    const std::string* value = world.carried_value(world.serving_deploy("srv-api").value(), holder, key);
    return value == nullptr ? "" : *value;
  }
  std::string value(std::string_view key, std::string_view holder = "evg-secrets") {
    const std::string* found = world.value(holder, key);
    return found == nullptr ? "" : *found;
  }
  void deploy() {
    CHECK(post("/services/srv-api/deploys", "{}").status == 201);
    pass(minutes(2));
    world.advance(now);
  }
};

TEST_CASE("a secret file needs a name that a file in a folder can have") {
  Client client;
  for (const char* name : {"..", ".", "..%2Fx", "a%2Fb", "a%0Ab", "%7F"}) {
    CAPTURE(name);
    const std::string path = std::string("/env-groups/evg-secrets/secret-files/") + name;
    CHECK(client.send(api::Method::put, path, R"({"content":"1"})").status == 400);
  }
  CHECK(client.send(api::Method::put, "/env-groups/evg-secrets/secret-files/.env", R"({"content":"1"})")
            .status == 200);
}

TEST_CASE("the live deploy keeps its values until a later deploy is live") {
  Truth truth;
  CHECK(truth.carried("DATABASE_URL") == "postgres://secret");
  truth.send(api::Method::put, url, R"({"value":"postgres://new"})");
  truth.send(api::Method::put, "/env-groups/evg-secrets/env-vars/ADDED", R"({"value":"1"})");
  truth.remove("/env-groups/evg-secrets/env-vars/TOKEN");
  CHECK(truth.carried("DATABASE_URL") == "postgres://secret");
  CHECK(truth.value("DATABASE_URL") == "postgres://new");
  CHECK(truth.carried("ADDED").empty());
  CHECK(truth.carried("TOKEN") == "t0ken");
  CHECK(truth.value("TOKEN").empty());

  CHECK(truth.post("/services/srv-api/deploys", "{}").status == 201);
  truth.send(api::Method::put, url, R"({"value":"too late"})");
  CHECK(truth.carried("DATABASE_URL") == "postgres://secret");
  truth.pass(minutes(2));
  CHECK(truth.carried("DATABASE_URL") == "postgres://new");
  CHECK(truth.carried("ADDED") == "1");
  CHECK(truth.carried("TOKEN").empty());
}

TEST_CASE("a value that was changed and changed back is the same again, and each change is recorded") {
  Truth truth;
  truth.world.set_variable("evg-secrets", "TOKEN", "other", colleague, truth.now);
  CHECK(truth.carried("TOKEN") != truth.value("TOKEN"));
  truth.deploy();
  CHECK(truth.carried("TOKEN") == "other");
  truth.world.set_variable("evg-secrets", "TOKEN", "third", colleague, truth.now);
  truth.world.remove_variable("evg-secrets", "TOKEN", colleague, truth.now);
  truth.world.set_variable("evg-secrets", "TOKEN", "other", colleague, truth.now);
  CHECK(truth.carried("TOKEN") == truth.value("TOKEN"));
  const auto state = boost::json::parse(truth.world.state_json(truth.now));
  CHECK(state.at("groups").at(0).at("changes").as_array().size() == 4);
}

TEST_CASE("a service's own variables are set, deleted and deployed like those of groups") {
  Truth truth;
  const std::string_view path = "/services/srv-api/env-vars/LOG_LEVEL";
  CHECK(truth.carried("LOG_LEVEL", "srv-api") == "info");
  const auto put = truth.send(api::Method::put, path, R"({"value":"debug"})");
  CHECK(put.status == 200);
  CHECK(put.body == "{\"key\":\"LOG_LEVEL\",\"value\":\"debug\"}\n");
  CHECK(truth.carried("LOG_LEVEL", "srv-api") == "info");
  truth.deploy();
  CHECK(truth.carried("LOG_LEVEL", "srv-api") == "debug");
  CHECK(truth.remove(path).status == 204);
  CHECK(truth.remove(path).status == 404);
  CHECK(truth.send(api::Method::put, path, "{}").status == 400);
  CHECK(truth.get(path).status == 404);
  CHECK(truth.post(path, "{}").status == 405);
  CHECK(truth.read("/services/srv-api/env-vars").as_array().empty());
}

TEST_CASE(
    "a secret file is read, set, deployed and deleted like a variable, and the audit log has no event for "
    "it") {
  Workspace workspace = linked_workspace();
  workspace.behaviour.audit_log = true;
  Truth truth(workspace);
  const std::string_view path = "/env-groups/evg-secrets/secret-files/ca.pem";
  CHECK(truth.get(path).status == 404);
  const auto put = truth.send(api::Method::put, path, R"({"content":"first"})");
  CHECK(put.status == 200);
  CHECK(text(boost::json::parse(put.body).at("secretFiles").at(0), "content") == "first");
  CHECK(truth.get(path).body == "{\"name\":\"ca.pem\",\"content\":\"first\"}\n");
  CHECK(truth.carried("file:ca.pem").empty());
  truth.deploy();
  truth.send(api::Method::put, path, R"({"content":"second"})");
  CHECK(truth.carried("file:ca.pem") == "first");
  CHECK(truth.value("file:ca.pem") == "second");
  CHECK(truth.remove(path).status == 204);
  CHECK(truth.remove(path).status == 404);
  CHECK(truth.carried("file:ca.pem") == "first");
  CHECK(truth.send(api::Method::put, path, R"({"value":"no content"})").status == 400);
  CHECK(truth.read("/owners/tea-cexample0000000000000/audit-logs").as_array().empty());

  const std::string_view own = "/services/srv-api/secret-files/.env";
  CHECK(truth.send(api::Method::put, own, R"({"content":"A=1"})").status == 201);
  CHECK(truth.get(own).body == "{\"name\":\".env\",\"content\":\"A=1\"}\n");
  CHECK(truth.read("/services/srv-api/secret-files").as_array().size() == 1);
}

TEST_CASE("secret files of more than 1 MB in total are refused") {
  Truth truth;
  const std::string half(600'000, 'x');
  const auto put = [&](std::string_view name, const std::string& content) {
    return truth
        .send(api::Method::put, "/env-groups/evg-secrets/secret-files/" + std::string(name),
              "{\"content\":\"" + content + "\"}")
        .status;
  };
  CHECK(put("a", half) == 200);
  CHECK(put("b", half) == 400);
  CHECK(put("a", half + half.substr(0, 400'000)) == 200);
  CHECK(put("b", "y") == 200);
}

TEST_CASE("a changed value deploys its services if the behaviour says so and deploys are automatic") {
  Workspace workspace = linked_workspace();
  workspace.behaviour.value_deploys = true;
  workspace.services.push_back(service("srv-manual", "manual"));
  workspace.services[1].auto_deploy = false;
  workspace.groups[0].links.emplace_back("manual");
  Truth truth(workspace);
  const std::size_t before = truth.world.deploy_count();
  truth.send(api::Method::put, url, R"({"value":"postgres://new"})");
  REQUIRE(truth.world.deploy_count() == before + 1);
  CHECK(truth.world.deploy(before).service_id == "srv-api");
  CHECK(truth.world.deploy(before).trigger == "service_updated");
}

TEST_CASE("an empty value is refused if the behaviour says so") {
  Workspace workspace = linked_workspace();
  CHECK(Truth(workspace).send(api::Method::put, url, R"({"value":""})").status == 400);
  workspace.behaviour.empty_value = EmptyValue::accepted;
  CHECK(Truth(workspace).send(api::Method::put, url, R"({"value":""})").status == 200);
}

TEST_CASE("values in a protected environment are shown, hidden or refused") {
  Workspace workspace = linked_workspace();
  workspace.environments = {{.id = "evm-1", .name = "production", .is_protected = true}};
  workspace.groups[0].environment = workspace.services[0].environment = "evm-1";
  const std::string_view group_path = "/env-groups/evg-secrets";
  const std::string_view own_list = "/services/srv-api/env-vars";
  const auto first_value = [&](Truth& truth) {
    return text(truth.read(group_path).at("envVars").at(0), "value");
  };
  {
    Truth shown(workspace);
    CHECK(first_value(shown) == "t0ken");
    CHECK(shown.send(api::Method::put, url, R"({"value":"new"})").status == 200);
  }
  {
    workspace.behaviour.protected_values = ProtectedValues::hidden;
    Truth hidden(workspace);
    CHECK(first_value(hidden) == "********");
    CHECK(text(hidden.read(url), "value") == "********");
    CHECK(text(hidden.read(own_list).at(0).at("envVar"), "value") == "********");
    CHECK(hidden.send(api::Method::put, url, R"({"value":"new"})").status == 403);
    CHECK(hidden.remove(url).status == 403);
    CHECK(hidden.send(api::Method::patch, group_path, R"({"name":"other"})").status == 403);
    CHECK(hidden.remove(group_path).status == 403);
  }
  workspace.behaviour.protected_values = ProtectedValues::refused;
  Truth refused(workspace);
  CHECK(refused.get(group_path).status == 403);
  CHECK(refused.get(url).status == 403);
  CHECK(refused.get(own_list).status == 403);
  CHECK(refused.remove(group_path).status == 403);
  CHECK(refused.read("/env-groups").as_array().size() == 1);
  // Links are not affected, and their answers show no values.
  CHECK(refused.remove("/env-groups/evg-secrets/services/srv-api").status == 204);
  const auto linked = refused.post("/env-groups/evg-secrets/services/srv-api");
  CHECK(linked.status == 200);
  CHECK(linked.body.find("t0ken") == std::string::npos);
}

TEST_CASE("a variable cannot have the key of a secret file") {
  Truth truth;
  const std::string_view file = "/env-groups/evg-secrets/env-vars/file:ca.pem";
  CHECK(truth.send(api::Method::put, "/env-groups/evg-secrets/secret-files/ca.pem", R"({"content":"1"})")
            .status == 200);
  CHECK(truth.get(file).status == 404);
  CHECK(truth.remove(file).status == 404);
  CHECK(truth.send(api::Method::put, file, R"({"value":"2","content":"2"})").status == 400);
  CHECK(truth.value("file:ca.pem") == "1");
}

TEST_CASE("the log of a failed deploy shows the secret file that it was deployed with") {
  Workspace workspace = linked_workspace();
  workspace.services[0].secret_files = {{".env", "A=then"}};
  workspace.services[0].outcome = Outcome::build_failed;
  Truth truth(workspace);
  truth.post("/services/srv-api/deploys", "{}");
  truth.pass(minutes(2));
  truth.send(api::Method::put, "/services/srv-api/secret-files/.env", R"({"content":"A=now"})");
  const auto logs = truth.get("/logs?ownerId=tea-cexample0000000000000&resource=srv-api").body;
  CHECK(logs.find("A=then") != std::string::npos);
  CHECK(logs.find("A=now") == std::string::npos);
}

TEST_CASE("the live deploy keeps its links, even those of a group that was deleted since") {
  Workspace workspace = linked_workspace();
  workspace.groups.push_back(group("evg-late", "late"));
  Truth truth(workspace);
  truth.world.link("evg-late", "srv-api", truth.now);
  const auto serving = [&] { return truth.world.serving_deploy("srv-api").value(); };
  CHECK(truth.world.carries_link(serving(), "evg-secrets"));
  CHECK_FALSE(truth.world.carries_link(serving(), "evg-late"));
  truth.deploy();
  CHECK(truth.world.carries_link(serving(), "evg-late"));
  CHECK(truth.carried("TOKEN", "evg-late") == "t0ken");

  CHECK(truth.remove("/env-groups/evg-late").status == 204);
  CHECK(truth.get("/env-groups/evg-late").status == 404);
  CHECK(truth.remove("/env-groups/evg-late").status == 404);
  CHECK(truth.read("/env-groups").as_array().size() == 1);
  CHECK_FALSE(truth.world.is_linked("evg-late", "srv-api"));
  CHECK(truth.value("TOKEN", "evg-late").empty());
  CHECK(truth.world.carries_link(serving(), "evg-late"));
  CHECK(truth.carried("TOKEN", "evg-late") == "t0ken");
  CHECK(truth.world.state_json(truth.now).find("evg-late\",\"name") == std::string::npos);
  truth.deploy();
  CHECK_FALSE(truth.world.carries_link(serving(), "evg-late"));
}

TEST_CASE("a queued deploy and the live deploy of a stale service have no values") {
  Workspace workspace = linked_workspace();
  workspace.services[0].stale = true;
  Truth truth(workspace);
  CHECK(truth.carried("TOKEN").empty());
  CHECK(truth.carried("LOG_LEVEL", "srv-api").empty());
  truth.post("/services/srv-api/deploys", "{}");
  truth.post("/services/srv-api/deploys", "{}");
  const std::size_t queued = truth.world.deploy_count() - 1;
  REQUIRE(truth.world.deploy(queued).status == "queued");
  CHECK(truth.world.carried_value(queued, "evg-secrets", "TOKEN") == nullptr);
  CHECK_FALSE(truth.world.carries_link(queued, "evg-secrets"));
  // The queued deploy starts when the first one is over, with the values of that time.
  truth.send(api::Method::put, url, R"({"value":"meanwhile"})");
  truth.pass(minutes(2));
  CHECK(truth.carried("DATABASE_URL") == "postgres://secret");
  truth.pass(minutes(2));
  CHECK(truth.carried("DATABASE_URL") == "meanwhile");
}

TEST_CASE("a deploy that waited has the values of when it was requested, if the behaviour says so") {
  Workspace workspace = linked_workspace();
  workspace.behaviour.environment_read = EnvironmentRead::requested;
  Truth truth(workspace);
  truth.post("/services/srv-api/deploys", "{}");
  truth.post("/services/srv-api/deploys", "{}");
  const std::size_t queued = truth.world.deploy_count() - 1;
  REQUIRE(truth.world.deploy(queued).status == "queued");
  CHECK(truth.world.carries_link(queued, "evg-secrets"));
  truth.send(api::Method::put, url, R"({"value":"meanwhile"})");
  truth.world.unlink("evg-secrets", "srv-api", truth.now);
  truth.pass(minutes(4));
  CHECK(truth.carried("DATABASE_URL") == "postgres://secret");
  CHECK(truth.world.serving_deploy("srv-api") == queued);
}

TEST_CASE("unknown variables have no value and cannot be changed") {
  Truth truth;
  truth.world.set_variable("evg-none", "A", "1", colleague, truth.now);
  truth.world.remove_variable("evg-secrets", "NONE", colleague, truth.now);
  truth.world.delete_group("evg-none", colleague, truth.now);
  truth.world.suspend("srv-none", true, colleague, truth.now);
  CHECK(truth.carried("A", "evg-none").empty());
  CHECK(truth.carried("NONE").empty());
  CHECK(truth.world.value("evg-none", "A") == nullptr);
  CHECK_FALSE(truth.world.serving_deploy("srv-none"));
  CHECK(truth.world.state_json(truth.now).find("changes") == std::string::npos);
}

TEST_CASE("a suspended service has no live deploy until it is resumed, which deploys it") {
  Truth truth;
  CHECK(truth.post("/services/srv-api/suspend").status == 202);
  CHECK_FALSE(truth.world.serving_deploy("srv-api"));
  CHECK(truth.post("/services/srv-api/suspend").status == 202);
  CHECK(text(truth.read("/services/srv-api"), "suspended") == "suspended");
  CHECK(truth.world.deploy_count() == 1);
  CHECK(truth.post("/services/srv-api/resume").status == 202);
  CHECK(truth.world.deploy_count() == 2);
  CHECK(truth.world.deploy(1).trigger == "service_resumed");
  CHECK(truth.world.serving_deploy("srv-api") == 0);
  truth.pass(minutes(2));
  truth.world.advance(truth.now);
  CHECK(truth.world.serving_deploy("srv-api") == 1);
  CHECK(truth.get("/services/srv-api/suspend").status == 405);
}

TEST_CASE("the state shows who changed which variable, but no values") {
  Truth truth;
  truth.world.set_variable("evg-secrets", "TOKEN", "planted-value", colleague, truth.now);
  truth.world.set_variable("srv-api", "TOKEN", "planted-value", colleague, truth.now);
  truth.world.set_variable("evg-secrets", "TOKEN", "next", colleague, truth.now);
  const std::string state = truth.world.state_json(truth.now);
  CHECK(state.find("planted-value") == std::string::npos);
  CHECK(state.find("t0ken") == std::string::npos);
  const auto change = boost::json::parse(state).at("services").at(0).at("changes").at(0);
  CHECK(text(change, "by") == colleague);
  CHECK(text(change, "variable") == "TOKEN");
  CHECK(text(change, "at") == "2026-11-23T21:17:00.000000Z");
}

}  // namespace
}  // namespace envlink::emulator::test
