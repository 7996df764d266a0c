#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

api::Response patch(Client& client, std::string_view body) {
  return client.send(api::Method::patch, "/services/srv-api", body);
}

TEST_CASE("PATCH with envGroupIds returns 200 but links nothing") {
  Client client;
  CHECK(patch(client, "{\"envGroupIds\":[\"evg-secrets\"]}").status == 200);
  CHECK_FALSE(client.world.is_linked("evg-secrets", "srv-api"));
}

TEST_CASE("PATCH with envGroupIds links if the behaviour says so") {
  Workspace workspace = small_workspace();
  workspace.behaviour.service_patch_links = true;
  workspace.behaviour.strict_patch = true;
  Client client(workspace);
  CHECK(patch(client, "{\"envGroupIds\":[\"evg-none\"]}").status == 404);
  CHECK(patch(client, "{\"envGroupIds\":\"evg-secrets\"}").status == 400);
  CHECK(patch(client, "{\"envGroupIds\":[\"evg-secrets\"]}").status == 200);
  CHECK(client.world.is_linked("evg-secrets", "srv-api"));
}

TEST_CASE("PATCH with an unknown field is refused if the behaviour is strict") {
  Workspace workspace = small_workspace();
  workspace.behaviour.strict_patch = true;
  Client client(workspace);
  CHECK(patch(client, "{\"envGroupIds\":[\"evg-secrets\"]}").status == 400);
  CHECK(patch(client, "{\"name\":\"renamed\",\"colour\":\"red\"}").status == 400);
  CHECK(text(client.read("/services/srv-api"), "name") == "api");
}

TEST_CASE("PATCH changes name and autoDeploy, deploys nothing, and refuses anything but an object") {
  Client client;
  const auto reply = patch(client, "{\"name\":\"renamed\",\"autoDeploy\":\"no\"}");
  CHECK(text(boost::json::parse(reply.body), "name") == "renamed");
  CHECK(text(client.read("/services/srv-api"), "autoDeploy") == "no");
  CHECK(client.world.deploys().size() == 1);
  CHECK(patch(client, "[]").status == 400);
  CHECK(patch(client, "{\"name\":7}").status == 400);
  CHECK(patch(client, "{\"autoDeploy\":true}").status == 400);
}

TEST_CASE("a service lists its own variables and never those of its groups") {
  Workspace workspace = small_workspace();
  workspace.groups[0].links = {"api"};
  workspace.services[0].variables = {{"A", "1"}, {"B", "2"}, {"C", "3"}};
  Client client(workspace);
  const auto first = client.read("/services/srv-api/env-vars?limit=2");
  CHECK(text(first.at(0).at("envVar"), "key") == "C");
  const auto rest = client.read("/services/srv-api/env-vars?limit=2&cursor=" + text(first.at(1), "cursor"));
  CHECK(rest.as_array().size() == 1);
  CHECK(text(rest.at(0).at("envVar"), "value") == "1");
}

TEST_CASE("a service lists its own secret files") {
  Workspace workspace = small_workspace();
  workspace.groups[0].secret_files = {{"ca.pem", "of the group"}};
  workspace.services[0].secret_files = {{".env", "A=1"}, {"key.pem", "k"}};
  Client client(workspace);
  const auto files = client.read("/services/srv-api/secret-files?limit=2");
  REQUIRE(files.as_array().size() == 2);
  CHECK(text(files.at(0).at("secretFile"), "name") == "key.pem");
  CHECK(text(files.at(1).at("secretFile"), "content") == "A=1");
  CHECK(client.post("/services/srv-api/secret-files").status == 405);
}

TEST_CASE("each type of service shows the details of its type") {
  Workspace workspace;
  const std::pair<model::ServiceType, const char*> rows[] = {
      {model::ServiceType::static_site, "publishPath"},
      {model::ServiceType::web_service, "healthCheckPath"},
      {model::ServiceType::private_service, "openPorts"},
      {model::ServiceType::background_worker, "numInstances"},
      {model::ServiceType::cron_job, "schedule"}};
  for (const auto& [type, field] : rows) {
    workspace.services.push_back(service(std::string("srv-") + field, field));
    workspace.services.back().type = type;
  }
  Client client(workspace);
  for (const auto& [type, field] : rows) {
    const auto shown = client.read(std::string("/services/srv-") + field);
    CHECK(text(shown, "type") == model::to_string(type));
    CHECK(shown.at("serviceDetails").as_object().contains(field));
  }
}

TEST_CASE("a service without an id in the file gets the same one in every run") {
  Workspace workspace;
  workspace.services = {service("", "api"), service("", "night")};
  workspace.services[1].type = model::ServiceType::cron_job;
  Client one(workspace);
  Client two(workspace);
  CHECK(one.get("/services").body == two.get("/services").body);
  const auto list = one.read("/services");
  CHECK(text(list.at(0).at("service"), "id").starts_with("crn-"));
  CHECK(text(list.at(1).at("service"), "id").size() == 24);
}

}  // namespace
}  // namespace envlink::emulator::test
