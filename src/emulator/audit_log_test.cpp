#include <doctest/doctest.h>

#include "api/endpoints.h"
#include "api/replies.h"
#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view path = "/owners/tea-cexample0000000000000/audit-logs";
constexpr std::string_view colleague = "colleague@example.com";

Workspace audited_workspace() {
  Workspace workspace = small_workspace();
  workspace.behaviour.audit_log = true;
  return workspace;
}

std::string logs(std::string_view query = "") {
  return std::string(path) + std::string(query);
}

std::vector<std::string> events(Client& client, std::string_view query = "") {
  std::vector<std::string> out;
  const auto list = client.read(logs(query));
  for (const auto& item : list.as_array()) {
    out.push_back(text(item.at("auditLog"), "event"));
  }
  return out;
}

/// Six entries, ten seconds apart.
Client after_six_changes() {
  Client client(audited_workspace());
  const auto then = [&] { client.pass(seconds(10)); };
  client.world.set_variable("evg-secrets", "NEW", "planted-value", colleague, client.now);
  then();
  client.world.set_variable("evg-secrets", "NEW", "planted-value", colleague, client.now);
  then();
  client.world.remove_variable("evg-secrets", "NEW", colleague, client.now);
  then();
  client.world.suspend("srv-api", true, colleague, client.now);
  then();
  client.world.suspend("srv-api", false, colleague, client.now);
  then();
  client.world.delete_group("evg-secrets", colleague, client.now);
  then();
  return client;
}

const std::vector<std::string> in_order = {"CreateEnvVarsEvent", "UpdateEnvVarsEvent",
                                           "DeleteEnvVarsEvent", "SuspendServiceEvent",
                                           "ResumeServiceEvent", "DeleteEnvGroupEvent"};

TEST_CASE("a workspace has no audit log unless its file says so") {
  Client client;
  CHECK(client.get(path).status == 403);
  CHECK(api::has_no_audit_log(client.get(path)));
  CHECK(Client(audited_workspace()).get(path).body == "[]\n");
}

TEST_CASE("the audit log contains the documented events, newest first or oldest first") {
  Client client = after_six_changes();
  CHECK(events(client, "?direction=forward") == in_order);
  CHECK(events(client) == std::vector<std::string>(in_order.rbegin(), in_order.rend()));
  client.world.link("evg-secrets", "srv-api", client.now);
  CHECK(events(client).size() == in_order.size());
}

TEST_CASE("an entry names the actor and the group or service, and never a value") {
  Client client = after_six_changes();
  client.send(api::Method::put, "/services/srv-api/env-vars/A", R"({"value":"planted-value"})");
  const auto reply = client.get(path);
  CHECK(reply.body.find("planted-value") == std::string::npos);
  const auto page = api::parse_audit_logs(reply);
  REQUIRE(page);
  REQUIRE(page->items.size() == 7);
  const model::AuditEntry& own = page->items[0];
  CHECK(own.actor == "owner@example.com");
  CHECK(own.ids == std::vector<std::string>{"srv-api"});
  CHECK(own.at == client.now);
  CHECK(own.succeeded);
  const model::AuditEntry& first = page->items[6];
  CHECK(first.actor == colleague);
  CHECK(first.ids == std::vector<std::string>{"evg-secrets"});
  CHECK(first.at == start);
  const auto list = client.read(path);
  CHECK(text(list.at(0).at("auditLog").at("actor"), "type") == "rest_api");
  CHECK(text(list.at(1).at("auditLog").at("actor"), "type") == "user");
}

TEST_CASE("audit_logs returns pages in both directions within the given times") {
  Client client = after_six_changes();
  for (const api::Direction direction : {api::Direction::backward, api::Direction::forward}) {
    std::vector<std::string> all;
    std::string cursor;
    for (int page = 0; page < 4; ++page) {
      const auto request =
          api::list_audit_logs(OwnerId("tea-cexample0000000000000"), start, client.now, direction, cursor, 2);
      const auto read = api::parse_audit_logs(client.get(request.target));
      REQUIRE(read);
      CHECK(read->length == (page < 3 ? 2U : 0U));
      for (const model::AuditEntry& entry : read->items) all.push_back(entry.event);
      cursor = read->cursor;
    }
    if (direction == api::Direction::backward) std::reverse(all.begin(), all.end());
    CHECK(all == in_order);
  }
  CHECK(events(client, "?startTime=2026-11-23T21:17:10Z&endTime=2026-11-23T21:17:20Z&direction=forward") ==
        std::vector<std::string>{"UpdateEnvVarsEvent", "DeleteEnvVarsEvent"});
  CHECK(events(client, "?startTime=2026-11-23T21:18:00Z").empty());
}

TEST_CASE("a page of the audit log has up to a thousand entries, twenty by default") {
  Client client(audited_workspace());
  for (int i = 0; i < 30; ++i) client.world.set_variable("evg-secrets", "A", "1", colleague, client.now);
  CHECK(client.read(path).as_array().size() == 20);
  CHECK(client.read(logs("?limit=1000")).as_array().size() == 30);
  CHECK(client.get(logs("?limit=1001")).status == 400);
  CHECK(client.get(logs("?direction=sideways")).status == 400);
  CHECK(client.get(logs("?cursor=nonsense")).status == 400);
  CHECK(client.get("/owners/tea-other/audit-logs").status == 404);
  CHECK(client.post(path).status == 405);
  CHECK(client.get(logs("/aud-1")).status == 404);
}

TEST_CASE("creating, changing and deleting a service is in the audit log under Render's names") {
  Client client(audited_workspace());
  const auto body = [](std::string_view type, std::string_view more) {
    return R"({"type":")" + std::string(type) + R"(","name":")" + std::string(type) +
           R"(","ownerId":"tea-cexample0000000000000","repo":"https://github.com/a/b","serviceDetails":)"
           R"({"runtime":"node","envSpecificDetails":{"buildCommand":"a","startCommand":"b"})" +
           std::string(more) + "}}";
  };
  const auto created = client.post(
      "/services", body("web_service", R"(,"disk":{"name":"data","mountPath":"/data","sizeGB":5})"));
  REQUIRE(created.status == 201);
  const std::string id = text(boost::json::parse(created.body).at("service"), "id");
  REQUIRE(client.post("/services", body("cron_job", R"(,"schedule":"0 3 * * *")")).status == 201);
  client.send(api::Method::patch, "/services/" + id,
              R"({"name":"renamed","serviceDetails":{"maintenanceMode":{"enabled":true,"uri":"/soon"},)"
              R"("ipAllowList":[{"cidrBlock":"10.0.0.0/8","description":"ours"}]}})");
  client.send(api::Method::patch, "/services/" + id, R"({"name":"renamed"})");
  CHECK(client.send(api::Method::patch, "/services/" + id, R"({"name":""})").status == 400);
  client.remove("/services/" + id);
  CHECK(client.remove("/services/" + id).status == 404);
  CHECK(events(client, "?direction=forward") ==
        std::vector<std::string>{"CreateServerDiskEvent", "CreateServerEvent", "CreateCronJobEvent",
                                 "UpdateServiceNameEvent", "UpdateIPAllowListEvent",
                                 "MaintenanceModeEnabledEvent", "MaintenanceModeURIUpdatedEvent",
                                 "DeleteServerEvent"});
  CHECK(text(client.read(path).at(0).at("auditLog").at("metadata"), "service") == id);
}

TEST_CASE("an entry for what is moved into an environment names each of the resources") {
  Workspace workspace = audited_workspace();
  workspace.environments = {{.id = "evm-1", .name = "production"}};
  Client client(workspace);
  client.post("/environments/evm-1/resources", R"({"resourceIds":["srv-api","evg-secrets"]})");
  client.remove("/environments/evm-1/resources?resourceIds=srv-api");
  client.post("/projects", R"({"name":"new","ownerId":"tea-cexample0000000000000","environments":[]})");
  CHECK(events(client, "?direction=forward") ==
        std::vector<std::string>{"MoveEnvironmentResourceEvent", "MoveEnvironmentResourceEvent",
                                 "MoveEnvironmentResourceEvent", "CreateProjectEvent"});
  const auto list = client.read(path);
  CHECK(text(list.at(0).at("auditLog").at("metadata"), "project").starts_with("prj-"));
  CHECK(text(list.at(1).at("auditLog").at("metadata"), "service") == "srv-api");
  CHECK(text(list.at(2).at("auditLog").at("metadata"), "envGroup") == "evg-secrets");
}

}  // namespace
}  // namespace envlink::emulator::test
