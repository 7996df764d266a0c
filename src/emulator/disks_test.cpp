#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Workspace with_disk() {
  Workspace workspace = small_workspace();
  workspace.services[0].details.disk = NewDisk{"data", "/data", 10};
  workspace.services.push_back(service("srv-web", "web"));
  workspace.services.push_back(service("srv-site", "site"));
  workspace.services[2].type = model::ServiceType::static_site;
  return workspace;
}

std::string seeded_disk(Client& client) {
  return "/disks/" + text(client.read("/disks").at(0).at("disk"), "id");
}

constexpr std::string_view new_disk =
    R"({"name":"cache","mountPath":"/cache","sizeGB":2,"serviceId":"srv-web"})";

TEST_CASE("a disk of the file is listed, and its service shows it") {
  Client client(with_disk());
  const auto disk = client.read(seeded_disk(client));
  CHECK(text(disk, "id").size() == 24);
  CHECK(text(disk, "name") == "data");
  CHECK(text(disk, "mountPath") == "/data");
  CHECK(text(disk, "serviceId") == "srv-api");
  CHECK(disk.at("sizeGB") == 10);
  CHECK(text(disk, "createdAt") == text(client.read("/services/srv-api"), "createdAt"));
  CHECK(client.read("/services/srv-api").at("serviceDetails").at("disk").at("id") == disk.at("id"));
  CHECK(client.read("/disks?serviceId=srv-api&name=data&diskId=" + text(disk, "id")).as_array().size() == 1);
  CHECK(client.read("/disks?serviceId=srv-web").as_array().empty());
}

TEST_CASE("a disk is created, resized and deleted") {
  Client client(with_disk());
  const auto made = client.post("/disks", new_disk);
  REQUIRE(made.status == 201);
  const std::string path = "/disks/" + text(boost::json::parse(made.body), "id");
  CHECK(client.read("/services/srv-web").at("serviceDetails").at("disk").at("sizeGB") == 2);
  const auto changed = client.send(api::Method::patch, path, R"({"sizeGB":5})");
  CHECK(changed.status == 200);
  CHECK(boost::json::parse(changed.body).at("sizeGB") == 5);
  CHECK(text(boost::json::parse(changed.body), "mountPath") == "/cache");
  CHECK(client.send(api::Method::patch, path, R"({"sizeGB":5})").status == 200);
  CHECK(client.send(api::Method::patch, path, R"({"sizeGB":4})").status == 400);
  CHECK(client.send(api::Method::patch, path, R"({"mountPath":"cache"})").status == 400);
  CHECK(client.remove(path).status == 204);
  CHECK(client.get(path).status == 404);
  CHECK_FALSE(client.read("/services/srv-web").at("serviceDetails").as_object().contains("disk"));
  CHECK(client.post("/disks", new_disk).status == 201);
}

TEST_CASE("a service has at most one disk, and a static site none") {
  Client client(with_disk());
  const auto status = [&](std::string_view service_id) {
    return client
        .post("/disks",
              R"({"name":"a","mountPath":"/a","sizeGB":1,"serviceId":")" + std::string(service_id) + "\"}")
        .status;
  };
  CHECK(status("srv-api") == 400);
  CHECK(status("srv-site") == 400);
  CHECK(status("srv-none") == 404);
  CHECK(client.post("/disks", R"({"name":"a","mountPath":"/a","serviceId":"srv-web"})").status == 400);
  CHECK(client.post("/disks", R"({"name":"a","mountPath":"/a","sizeGB":0,"serviceId":"srv-web"})").status ==
        400);
  CHECK(client.read("/disks").as_array().size() == 1);
}

TEST_CASE("a deleted service leaves no disk") {
  Client client(with_disk());
  const std::string path = seeded_disk(client);
  client.remove("/services/srv-api");
  CHECK(client.get(path).status == 404);
  CHECK(client.get("/disks").body == "[]\n");
}

TEST_CASE("a disk has no snapshots to restore") {
  Client client(with_disk());
  const std::string path = seeded_disk(client);
  const auto list = client.get(path + "/snapshots");
  CHECK(list.status == 201);
  CHECK(list.body == "[]\n");
  const auto restored = client.post(path + "/snapshots/restore", R"({"snapshotKey":"key"})");
  CHECK(restored.status == 404);
  CHECK(restored.body == "{\"message\":\"not found: key\"}\n");
}

TEST_CASE("a service of the file has the runtime, plan, region, instances and filters that it says") {
  Workspace workspace = small_workspace();
  workspace.services[0].details = {.runtime = Runtime::docker,
                                   .plan = InstancePlan::standard,
                                   .region = Region::ohio,
                                   .instances = 3,
                                   .build_filter = BuildFilter{{"src/**"}, {"docs/**"}},
                                   .autoscaling = Autoscaling{true, 2, 5, {}}};
  Client client(workspace);
  const auto shown = client.read("/services/srv-api");
  const auto& details = shown.at("serviceDetails");
  CHECK(text(details, "runtime") == "docker");
  CHECK(text(details, "plan") == "standard");
  CHECK(text(details, "region") == "ohio");
  CHECK(details.at("numInstances") == 3);
  CHECK(details.at("autoscaling").at("max") == 5);
  CHECK(shown.at("buildFilter").at("ignoredPaths").at(0) == "docs/**");
}

}  // namespace
}  // namespace envlink::emulator::test
