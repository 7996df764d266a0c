#include <doctest/doctest.h>

#include "emulator/router.h"
#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

const std::string kinds[] = {
    "/blueprints",           "/key-value", "/maintenance", "/postgres",  "/redis",
    "/registrycredentials",  "/task-runs", "/tasks",       "/workflows", "/workflowversions",
    "/services/srv-api/jobs"};

TEST_CASE("what the model has none of is an empty list, and one of them is not found") {
  Client client;
  for (const std::string& path : kinds) {
    CAPTURE(path);
    const auto list = client.get(path);
    CHECK(list.status == 200);
    CHECK(list.body == "[]\n");
    const auto one = client.get(path + "/some-id");
    CHECK(one.status == 404);
    CHECK(one.body == "{\"message\":\"not found: some-id\"}\n");
  }
  CHECK(client.get("/services/srv-none/jobs").body == "{\"message\":\"not found: srv-none\"}\n");
}

TEST_CASE("the queries of empty lists are checked") {
  Client client;
  for (const std::string_view target :
       {"/postgres?region=mars", "/postgres?suspended=maybe", "/postgres?includeReplicas=1",
        "/key-value?createdAfter=today", "/redis?limit=101", "/maintenance?state=done",
        "/registrycredentials?type=QUAY", "/services/srv-api/jobs?status=live",
        "/services/srv-api/jobs?finishedBefore=now", "/workflows?cursor=none", "/tasks?limit=x"}) {
    CAPTURE(target);
    CHECK(client.get(target).status == 400);
  }
  CHECK(client.get("/postgres?region=oregon,ohio&suspended=suspended&limit=100").status == 200);
}

TEST_CASE("creating what the model does not have gets 501") {
  Client client;
  for (const std::string_view path : {"/postgres", "/key-value", "/redis", "/workflows", "/workflowversions",
                                      "/task-runs", "/registrycredentials", "/services/srv-api/jobs"}) {
    CAPTURE(path);
    CHECK(client.post(path, "{}").status == 501);
  }
  CHECK(client.get("/task-runs/events?taskRunIds=trn-1").status == 501);
}

}  // namespace
}  // namespace envlink::emulator::test
