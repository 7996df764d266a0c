#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view path = "/services/srv-api/events";

std::vector<std::string> types(Client& client, std::string_view query = "") {
  std::vector<std::string> found;
  const auto list = client.read(std::string(path) + std::string(query));
  for (const auto& item : list.as_array()) found.push_back(text(item.at("event"), "type"));
  return found;
}

const boost::json::value details_of(Client& client, std::string_view type) {
  const auto list = client.read(std::string(path) + "?type=" + std::string(type));
  REQUIRE(!list.as_array().empty());
  return list.at(0).at("event").at("details");
}

TEST_CASE(
    "suspending, resuming, restarting and scaling a service are events, merged with its deploys by time") {
  Client client;
  client.post("/services/srv-api/restart");
  client.pass(seconds(10));
  client.post("/services/srv-api/scale", R"({"numInstances":3})");
  client.pass(seconds(10));
  client.post("/services/srv-api/suspend");
  client.pass(seconds(10));
  client.post("/services/srv-api/resume");
  client.pass(minutes(3));
  client.post("/services/srv-api/restart");
  CHECK(types(client) == std::vector<std::string>{"server_restarted", "deploy_ended", "build_ended",
                                                  "build_started", "deploy_started", "service_resumed",
                                                  "service_suspended", "instance_count_changed",
                                                  "server_restarted"});
  CHECK(details_of(client, "instance_count_changed").at("fromInstances") == 1);
  CHECK(details_of(client, "instance_count_changed").at("toInstances") == 3);
  CHECK(details_of(client, "service_resumed").as_object().empty());
}

TEST_CASE("what changes nothing is not an event") {
  Client client;
  client.post("/services/srv-api/scale", R"({"numInstances":1})");
  client.post("/services/srv-api/resume");
  client.remove("/services/srv-api/autoscaling");
  client.send(api::Method::patch, "/services/srv-api", R"({"serviceDetails":{"plan":"starter"}})");
  CHECK(types(client).empty());
}

TEST_CASE("changed settings are events with the old and the new value") {
  Client client;
  client.send(api::Method::patch, "/services/srv-api",
              R"({"serviceDetails":{"plan":"pro","maintenanceMode":{"enabled":true,"uri":"/soon"}}})");
  client.send(api::Method::put, "/services/srv-api/autoscaling",
              R"({"enabled":true,"min":1,"max":4,"criteria":{"cpu":{"enabled":true,"percentage":60},)"
              R"("memory":{"enabled":false,"percentage":0}}})");
  CHECK(types(client) == std::vector<std::string>{"autoscaling_config_changed",
                                                  "maintenance_mode_uri_updated", "maintenance_mode_enabled",
                                                  "plan_changed"});
  CHECK(text(details_of(client, "plan_changed"), "from") == "starter");
  CHECK(text(details_of(client, "plan_changed"), "to") == "pro");
  const auto autoscaling = details_of(client, "autoscaling_config_changed");
  CHECK_FALSE(autoscaling.as_object().contains("fromConfig"));
  CHECK(autoscaling.at("toConfig").at("max") == 4);
}

TEST_CASE("a service that is created with a disk has an event for it") {
  Client client;
  const auto reply = client.post(
      "/services",
      R"({"type":"web_service","name":"new","ownerId":"tea-cexample0000000000000","repo":"https://github.com/a/b",)"
      R"("serviceDetails":{"runtime":"node","envSpecificDetails":{"buildCommand":"a","startCommand":"b"},)"
      R"("disk":{"name":"data","mountPath":"/data","sizeGB":5}}})");
  REQUIRE(reply.status == 201);
  const std::string id = text(boost::json::parse(reply.body).at("service"), "id");
  const auto list = client.read("/services/" + id + "/events?type=disk_created");
  REQUIRE(list.as_array().size() == 1);
  CHECK(list.at(0).at("event").at("details").at("sizeGB") == 5);
}

TEST_CASE("a disk that is added, grown and deleted has an event for each, and a seeded one has none") {
  Client client;
  const auto reply =
      client.post("/disks", R"({"serviceId":"srv-api","name":"data","mountPath":"/data","sizeGB":5})");
  REQUIRE(reply.status == 201);
  const std::string disk = "/disks/" + text(boost::json::parse(reply.body), "id");
  client.send(api::Method::patch, disk, R"({"name":"renamed"})");
  client.send(api::Method::patch, disk, R"({"sizeGB":8})");
  client.remove(disk);
  CHECK(types(client) == std::vector<std::string>{"disk_deleted", "disk_updated", "disk_created"});
  CHECK(details_of(client, "disk_updated").at("fromSizeGB") == 5);
  CHECK(details_of(client, "disk_updated").at("toSizeGB") == 8);

  Workspace workspace = small_workspace();
  workspace.services[0].details.disk = NewDisk{"data", "/data", 5};
  Client seeded(workspace);
  CHECK(types(seeded).empty());
}

TEST_CASE("a pre-deploy command has a start and an end, also when it fails") {
  for (const auto outcome : {Outcome::live, Outcome::pre_deploy_failed}) {
    Workspace workspace = small_workspace();
    workspace.services[0].pre_deploy = seconds(20);
    workspace.services[0].outcome = outcome;
    Client client(workspace);
    client.post("/services/srv-api/deploys", "{}");
    client.pass(seconds(95));
    CHECK(types(client) ==
          std::vector<std::string>{"pre_deploy_started", "build_ended", "build_started", "deploy_started"});
    client.pass(minutes(1));
    CHECK(types(client) == std::vector<std::string>{"deploy_ended", "pre_deploy_ended", "pre_deploy_started",
                                                    "build_ended", "build_started", "deploy_started"});
    const auto ended = details_of(client, "pre_deploy_ended");
    CHECK(text(ended, "preDeployStatus") == (outcome == Outcome::live ? "succeeded" : "failed"));
    CHECK(ended.at("reason").as_object().contains("failure") == (outcome != Outcome::live));
    CHECK(text(ended, "deployId") == text(details_of(client, "deploy_ended"), "deployId"));
  }
}

TEST_CASE("a deploy that ends before its pre-deploy command has no event of one") {
  for (const auto outcome : {Outcome::build_failed, Outcome::canceled}) {
    Workspace workspace = small_workspace();
    workspace.services[0].pre_deploy = seconds(20);
    workspace.services[0].outcome = outcome;
    Client client(workspace);
    client.post("/services/srv-api/deploys", "{}");
    client.pass(minutes(5));
    const auto found = types(client);
    CHECK(found.front() == "deploy_ended");
    CHECK(
        std::ranges::none_of(found, [](const std::string& type) { return type.starts_with("pre_deploy"); }));
  }
}

TEST_CASE("an event can be read by its id, which stays the same") {
  Client client;
  client.post("/services/srv-api/restart");
  client.post("/services/srv-api/deploys", "{}");
  client.pass(minutes(3));
  const auto list = client.read(path);
  std::set<std::string> ids;
  for (const auto& item : list.as_array()) {
    const auto& event = item.at("event");
    ids.insert(text(event, "id"));
    client.pass(minutes(1));
    CHECK(client.read("/events/" + text(event, "id")) == event);
  }
  CHECK(ids.size() == 5);
  CHECK(client.get("/events/evt-00000000000000000000").status == 404);
}

TEST_CASE("pages of events contain each event once, in the order of the whole list") {
  Client client;
  for (int i = 0; i < 3; ++i) {
    client.post("/services/srv-api/restart");
    client.post("/services/srv-api/deploys", "{}");
    client.pass(minutes(2));
  }
  const auto whole = types(client);
  CHECK(whole.size() == 15);
  std::vector<std::string> paged;
  for (std::string cursor; paged.size() < whole.size();) {
    const auto page = client.read(std::string(path) + "?limit=2" + cursor);
    REQUIRE(!page.as_array().empty());
    for (const auto& item : page.as_array()) {
      paged.push_back(text(item.at("event"), "type"));
      cursor = "&cursor=" + text(item, "cursor");
    }
  }
  CHECK(paged == whole);
}

TEST_CASE("the type of an event must be one of Render's words") {
  Client client;
  CHECK(client.get(std::string(path) + "?type=zero_downtime_redeploy_started").body == "[]\n");
  CHECK(client.get(std::string(path) + "?type=deploy_finished").status == 400);
  CHECK(words_of<EventType>.size() == 37);
}

}  // namespace
}  // namespace envlink::emulator::test
