#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Workspace with_projects() {
  Workspace workspace = small_workspace();
  workspace.projects = {{"prj-1", "shop"}};
  workspace.environments = {{.id = "evm-1", .name = "production", .project = "prj-1"},
                            {.id = "evm-2", .name = "staging", .project = "prj-2345"}};
  return workspace;
}

constexpr std::string_view new_project =
    R"({"name":"first","ownerId":"tea-cexample0000000000000",
        "environments":[{"name":"prod","networkIsolationEnabled":true,"protectedStatus":"protected",
                         "ipAllowList":[{"cidrBlock":"10.0.0.0/8","description":"office"}]},{"name":"test"}]})";

TEST_CASE("projects are listed with their environments; one that the file only names has a made-up name") {
  Client client(with_projects());
  const auto list = client.read("/projects");
  REQUIRE(list.as_array().size() == 2);
  CHECK(text(list.at(0).at("project"), "name") == "project-2345");
  const auto shop = list.at(1).at("project");
  CHECK(text(shop, "name") == "shop");
  CHECK(shop.at("environmentIds").as_array().size() == 1);
  CHECK(text(shop.at("owner"), "id") == "tea-cexample0000000000000");
  CHECK(text(shop.at("owner"), "type") == "team");
  CHECK(client.read("/projects?name=shop&limit=1").at(0).at("project") == shop);
  CHECK(client.read("/projects?createdAfter=2026-11-23T00:00:00Z").as_array().empty());
  CHECK(client.read("/projects?limit=1&cursor=" + text(list.at(0), "cursor")).at(0).at("project") == shop);
}

TEST_CASE("a project is created with its environments") {
  Client client;
  const auto made = client.post("/projects", new_project);
  REQUIRE(made.status == 201);
  const auto project = boost::json::parse(made.body);
  CHECK(text(project, "createdAt") == text(project, "updatedAt"));
  REQUIRE(project.at("environmentIds").as_array().size() == 2);
  CHECK(client.read("/projects/" + text(project, "id")) == project);
  const auto environment =
      client.read("/environments/" + std::string(project.at("environmentIds").at(0).as_string()));
  CHECK(text(environment, "name") == "prod");
  CHECK(text(environment, "projectId") == text(project, "id"));
  CHECK(text(environment, "protectedStatus") == "protected");
  CHECK(environment.at("networkIsolationEnabled").as_bool());
  CHECK(text(environment.at("ipAllowList").at(0), "cidrBlock") == "10.0.0.0/8");
}

TEST_CASE("a project is created completely or not at all") {
  Client client;
  const std::pair<std::string_view, int> rows[] = {
      {R"({"name":"a","ownerId":"tea-cexample0000000000000"})", 400},
      {R"({"name":"","ownerId":"tea-cexample0000000000000","environments":[]})", 400},
      {R"({"name":"a","ownerId":"tea-other","environments":[]})", 404},
      {R"({"name":"a","ownerId":"tea-cexample0000000000000","environments":[{}]})", 400},
      {R"({"name":"a","ownerId":"tea-cexample0000000000000",
           "environments":[{"name":"b","protectedStatus":"maybe"}]})",
       400}};
  for (const auto& [body, status] : rows) {
    CAPTURE(body);
    CHECK(client.post("/projects", body).status == status);
  }
  CHECK(client.read("/projects").as_array().empty());
}

TEST_CASE("a project is renamed") {
  Client client(with_projects());
  const std::string before = text(client.read("/projects/prj-1"), "updatedAt");
  const auto renamed = client.send(api::Method::patch, "/projects/prj-1", R"({"name":"store"})");
  CHECK(renamed.status == 200);
  CHECK(text(client.read("/projects/prj-1"), "name") == "store");
  CHECK(text(client.read("/projects/prj-1"), "updatedAt") != before);
  CHECK(client.send(api::Method::patch, "/projects/prj-1", R"({"name":""})").status == 400);
  CHECK(client.send(api::Method::patch, "/projects/prj-none", R"({"name":"a"})").status == 404);
}

TEST_CASE("a project is deleted with its environments once nothing is in them") {
  Workspace workspace = with_projects();
  workspace.services[0].environment = "evm-1";
  Client client(workspace);
  CHECK(client.remove("/projects/prj-1").status == 409);
  CHECK(client.remove("/services/srv-api").status == 204);
  CHECK(client.remove("/projects/prj-1").status == 204);
  CHECK(client.get("/projects/prj-1").status == 404);
  CHECK(client.get("/environments/evm-1").status == 404);
  CHECK(client.get("/environments/evm-2").status == 200);
  CHECK(client.remove("/projects/prj-1").status == 404);
}

}  // namespace
}  // namespace envlink::emulator::test
