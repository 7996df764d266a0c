#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Workspace with_environments() {
  Workspace workspace = small_workspace();
  workspace.environments = {{.id = "evm-1", .name = "production", .is_protected = true},
                            {.id = "evm-2", .name = "staging"},
                            {.id = "evm-3", .name = "production", .project = "prj-3"}};
  return workspace;
}

constexpr std::string_view seeded_project = "prj-example0000000000000";
constexpr std::string_view both = R"({"resourceIds":["srv-api","evg-secrets"]})";
constexpr std::string_view the_service = R"({"resourceIds":["srv-api"]})";
constexpr std::string_view the_group = R"({"resourceIds":["evg-secrets"]})";

std::string environment_of(Client& client, const std::string& path) {
  const auto shown = client.read(path);
  return shown.as_object().contains("environmentId") ? text(shown, "environmentId") : "";
}

TEST_CASE("an environment lists its content, null if empty, and whether it is protected") {
  Workspace workspace = with_environments();
  workspace.services[0].environment = "evm-1";
  Client client(std::move(workspace));
  const auto production = client.read("/environments/evm-1");
  CHECK(text(production, "name") == "production");
  CHECK(text(production, "protectedStatus") == "protected");
  CHECK(text(production, "projectId") == seeded_project);
  CHECK(production.at("serviceIds").as_array().size() == 1);
  CHECK(production.at("envGroupIds").is_null());
  CHECK(production.at("databasesIds").is_null());
  CHECK(production.at("redisIds").is_null());
  CHECK_FALSE(production.at("networkIsolationEnabled").as_bool());
  const auto staging = client.read("/environments/evm-2");
  CHECK(text(staging, "protectedStatus") == "unprotected");
  CHECK(staging.at("serviceIds").is_null());
}

TEST_CASE("an unknown environment is 404") {
  Client client;
  CHECK(client.get("/environments/evm-1").status == 404);
}

TEST_CASE("environments are listed by project") {
  Client client(with_environments());
  CHECK(client.get("/environments").status == 400);
  const std::string of_project = "/environments?projectId=" + std::string(seeded_project);
  const auto list = client.read(of_project);
  REQUIRE(list.as_array().size() == 2);
  CHECK(text(list.at(0).at("environment"), "id") == "evm-2");
  CHECK(client.read(of_project + ",prj-3&name=production").as_array().size() == 2);
  CHECK(client.read(of_project + "&environmentId=evm-1").as_array().size() == 1);
  CHECK(client.read("/environments?projectId=prj-none").as_array().empty());
}

TEST_CASE("an environment is created, changed and deleted") {
  Client client(with_environments());
  const auto made = client.post("/environments", R"({"name":"test","projectId":"prj-3"})");
  REQUIRE(made.status == 201);
  const std::string path = "/environments/" + text(boost::json::parse(made.body), "id");
  CHECK(client.read("/projects/prj-3").at("environmentIds").as_array().size() == 2);

  const auto changed = client.send(
      api::Method::patch, path,
      R"({"networkIsolationEnabled":true,"protectedStatus":"protected","ipAllowList":[{"cidrBlock":"0.0.0.0/0","description":"everywhere"}]})");
  CHECK(changed.status == 200);
  const auto shown = client.read(path);
  CHECK(text(shown, "name") == "test");
  CHECK(text(shown, "protectedStatus") == "protected");
  CHECK(shown.at("networkIsolationEnabled").as_bool());
  CHECK(text(shown.at("ipAllowList").at(0), "description") == "everywhere");

  CHECK(client.send(api::Method::patch, path, R"({"name":""})").status == 400);
  CHECK(client.send(api::Method::patch, path, R"({"protectedStatus":"half"})").status == 400);
  CHECK(client.post("/environments", R"({"name":"test"})").status == 400);
  CHECK(client.post("/environments", R"({"name":"test","projectId":"prj-none"})").status == 404);
  CHECK(client.remove(path).status == 204);
  CHECK(client.get(path).status == 404);
}

TEST_CASE("an environment with something in it is not deleted") {
  Client client(with_environments());
  CHECK(client.post("/environments/evm-2/resources", the_group).status == 201);
  CHECK(client.remove("/environments/evm-2").status == 409);
  CHECK(client.remove("/env-groups/evg-secrets").status == 204);
  CHECK(client.remove("/environments/evm-2").status == 204);
}

TEST_CASE("services and groups move into an environment and out of it") {
  Client client(with_environments());
  const auto moved = client.post("/environments/evm-2/resources", both);
  CHECK(moved.status == 201);
  const auto environment = boost::json::parse(moved.body);
  CHECK(environment.at("serviceIds").at(0) == "srv-api");
  CHECK(environment.at("envGroupIds").at(0) == "evg-secrets");
  CHECK(environment_of(client, "/services/srv-api") == "evm-2");
  CHECK(environment_of(client, "/env-groups/evg-secrets") == "evm-2");

  CHECK(client.remove("/environments/evm-2/resources").status == 400);
  CHECK(client.remove("/environments/evm-2/resources?resourceIds=srv-none").status == 404);
  CHECK(client.remove("/environments/evm-2/resources?resourceIds=srv-api").status == 204);
  CHECK(environment_of(client, "/services/srv-api").empty());
  CHECK(environment_of(client, "/env-groups/evg-secrets") == "evm-2");
  CHECK(client.remove("/environments/evg-secrets/resources?resourceIds=evg-secrets").status == 204);
  CHECK(environment_of(client, "/env-groups/evg-secrets").empty());
  CHECK(client.read("/environments/evm-2").at("envGroupIds").is_null());
}

TEST_CASE("what does not exist moves nothing") {
  Client client(with_environments());
  CHECK(client.post("/environments/evm-2/resources", R"({"resourceIds":["srv-api","dpg-1"]})").status == 404);
  CHECK(client.post("/environments/evm-none/resources", the_service).status == 404);
  CHECK(client.post("/environments/evm-2/resources", "{}").status == 400);
  CHECK(environment_of(client, "/services/srv-api").empty());
}

TEST_CASE("a move that would take a link out of the group's environment is refused") {
  Workspace workspace = with_environments();
  workspace.groups[0].links = {"api"};
  Client client(workspace);
  const auto group_alone = client.post("/environments/evm-2/resources", the_group);
  CHECK(group_alone.status == 400);
  CHECK(client.post("/environments/evm-2/resources", the_service).status == 201);  // the group is unscoped
  CHECK(client.post("/environments/evm-2/resources", the_group).status == 201);

  const auto service_alone = client.post("/environments/evm-3/resources", the_service);
  CHECK(service_alone.status == 400);
  CHECK(service_alone.body ==
        "{\"message\":\"cannot move service out of environment with linked env groups\"}\n");
  CHECK(client.remove("/environments/evm-2/resources?resourceIds=srv-api").status == 400);
  CHECK(environment_of(client, "/services/srv-api") == "evm-2");
  CHECK(client.post("/environments/evm-3/resources", both).status == 201);
  CHECK(client.remove("/environments/evm-3/resources?resourceIds=evg-secrets").status == 204);
  CHECK(client.world.is_linked("evg-secrets", "srv-api"));
}

TEST_CASE("a service does not move to another one with its name") {
  Workspace workspace = with_environments();
  workspace.services.push_back(service("srv-other", "api"));
  workspace.services[1].environment = "evm-2";
  Client client(workspace);
  CHECK(client.post("/environments/evm-2/resources", the_service).status == 409);
  CHECK(client.post("/environments/evm-3/resources", the_service).status == 201);
}

TEST_CASE("a key that may not change a protected environment moves nothing in or out of it") {
  Workspace workspace = with_environments();
  workspace.behaviour.protected_values = ProtectedValues::hidden;
  workspace.services.push_back(service("srv-in", "inside"));
  workspace.services[1].environment = "evm-1";
  Client client(workspace);
  CHECK(client.post("/environments/evm-1/resources", the_service).status == 403);
  CHECK(client.post("/environments/evm-2/resources", R"({"resourceIds":["srv-in"]})").status == 403);
  CHECK(client.remove("/environments/evm-1/resources?resourceIds=srv-in").status == 403);
}

}  // namespace
}  // namespace envlink::emulator::test
