#include "emulator/from_workspace.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator {
namespace {

using std::chrono::seconds;
using test::start;

model::Deploy deploy(std::string id, model::DeployStatus status) {
  model::Deploy one;
  one.id = DeployId(std::move(id));
  one.status = status;
  return one;
}

model::Workspace actual() {
  model::Workspace workspace;
  workspace.owner = {OwnerId("tea-1"), "acme", "team"};
  model::Service api;
  api.id = ServiceId("srv-api");
  api.name = "api";
  api.type = model::ServiceType::web_service;
  api.health_check_path = "/up";
  model::Service site;
  site.id = ServiceId("srv-site");
  site.name = "site";
  site.type = model::ServiceType::static_site;
  site.suspended = true;
  model::Service preview = api;
  preview.id = ServiceId("srv-preview");
  preview.preview = true;
  workspace.services = {site, preview, api};
  model::Group group;
  group.id = GroupId("evg-1");
  group.name = "secrets";
  group.links = {ServiceId("srv-site"), ServiceId("srv-gone")};
  group.variables = std::vector<model::Variable>{{"DATABASE_URL"}, {"TOKEN"}};
  group.secret_files = {"ca.pem"};
  workspace.groups = {group};
  workspace.deploys[api.id] = {deploy("dep-new", model::DeployStatus::build_in_progress),
                               deploy("dep-live", model::DeployStatus::live)};
  workspace.deploys[site.id] = {deploy("dep-failed", model::DeployStatus::build_failed)};
  workspace.service_variables[api.id] = {{"OWN"}};
  return workspace;
}

Workspace seeded(const ModelSettings& settings = {}) {
  return from_workspace(actual(), settings);
}

const SeedService& named(const Workspace& workspace, std::string_view name) {
  return *std::ranges::find(workspace.services, name, &SeedService::name);
}

boost::json::value read(World& world, std::string_view path) {
  return boost::json::parse(world.handle(api::Method::get, path, "Bearer rnd_rehearsal", "", start).body);
}

TEST_CASE("a model has the same services, groups and links, without preview instances") {
  World world(seeded(), start);
  const auto services = read(world, "/v1/services?limit=100");
  REQUIRE(services.as_array().size() == 2);
  CHECK(test::text(services.at(0).at("service"), "id") == "srv-site");
  CHECK(test::text(services.at(0).at("service"), "suspended") == "suspended");
  CHECK(test::text(services.at(1).at("service"), "id") == "srv-api");
  CHECK(read(world, "/v1/env-groups/evg-1").at("serviceLinks").as_array().size() == 1);
  CHECK(world.is_linked("evg-1", "srv-site"));
}

TEST_CASE("the keys of a group keep their order, and every value is invented") {
  World world(seeded(), start);
  const auto group = read(world, "/v1/env-groups/evg-1");
  const auto& variables = group.at("envVars").as_array();
  REQUIRE(variables.size() == 2);
  CHECK(test::text(variables.at(0), "key") == "DATABASE_URL");
  for (const auto& variable : variables) CHECK(test::text(variable, "value").starts_with("made-up-value-"));
  CHECK(named(seeded(), "api").variables.at(0).first == "OWN");
  CHECK(seeded().groups.at(0).secret_files.at(0).first == "ca.pem");
}

TEST_CASE("live and running deploys keep their ids; a service that was never live stays so") {
  const World world(seeded(), start);
  REQUIRE(world.deploy_count() == 2);
  CHECK(world.deploy(0).id == "dep-live");
  CHECK(world.deploy(0).status == "live");
  CHECK(world.deploy(1).id == "dep-new");
  CHECK(world.deploy(1).status == "build_in_progress");
  CHECK_FALSE(world.is_serving("site"));
}

TEST_CASE("a deploy takes as long as the last ones, or the usual time if unknown") {
  ModelSettings settings;
  settings.lengths = {{ServiceId("srv-api"), seconds(100)}, {ServiceId("srv-site"), seconds(40)}};
  const Workspace known = seeded(settings);
  CHECK(named(known, "api").build == seconds(85));
  CHECK(named(known, "api").start == seconds(15));
  CHECK(named(known, "site").build == seconds(40));
  settings.lengths = {{ServiceId("srv-api"), seconds(10)}};
  CHECK(named(seeded(settings), "api").start == seconds(5));
  CHECK(named(seeded(), "api").build == seconds(90));
  CHECK(named(seeded(), "api").start == seconds(15));
}

TEST_CASE("services and groups with the same name keep their own ids, links and addresses") {
  model::Workspace actual;
  for (const char* id : {"srv-prod", "srv-stage"}) {
    model::Service service;
    service.id = ServiceId(id);
    service.name = "api";
    service.type = model::ServiceType::web_service;
    service.environment = EnvironmentId(std::string("evm-of-") + id);
    actual.services.push_back(service);
    model::Group group;
    group.id = GroupId(std::string("evg-of-") + id);
    group.name = "secrets";
    group.environment = service.environment;
    group.links = {service.id};
    actual.groups.push_back(group);
  }
  World world(from_workspace(actual, {}), start);
  for (const char* id : {"srv-prod", "srv-stage"}) {
    const std::string other = id == std::string("srv-prod") ? "srv-stage" : "srv-prod";
    CHECK(world.is_linked(std::string("evg-of-") + id, id));
    CHECK_FALSE(world.is_linked(std::string("evg-of-") + id, other));
    const auto service = read(world, std::string("/v1/services/") + id);
    CHECK(test::text(service, "name") == "api");
    CHECK(test::text(service, "environmentId") == std::string("evm-of-") + id);
  }
  const auto url = [&](const char* id) {
    return test::text(read(world, std::string("/v1/services/") + id).at("serviceDetails"), "url");
  };
  CHECK(url("srv-prod") != url("srv-stage"));
}

TEST_CASE("outcomes, staleness, behaviour and faults are as configured") {
  ModelSettings settings;
  settings.outcomes[ServiceId("srv-api")] = Outcome::build_failed;
  settings.stale.insert(ServiceId("srv-api"));
  settings.behaviour.read_limit = 7;
  settings.faults.resize(3);
  const Workspace workspace = seeded(settings);
  CHECK(named(workspace, "api").outcome == Outcome::build_failed);
  CHECK(named(workspace, "api").stale);
  CHECK(named(workspace, "site").outcome == Outcome::live);
  CHECK(workspace.behaviour.read_limit == 7);
  CHECK(workspace.faults.size() == 3);
}

}  // namespace
}  // namespace envlink::emulator
