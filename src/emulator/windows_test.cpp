#include "emulator/windows.h"

#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

std::string remaining(const api::Response& reply) {
  return *reply.header("ratelimit-remaining");
}

TEST_CASE("a window starts at the UTC minute and gives its end in whole seconds") {
  Behaviour behaviour;
  const RateWindows windows(behaviour);
  struct Row {
    Duration into_minute;
    int reset;
    int retry_after;
  };
  const Row rows[] = {{seconds(0), 59, 60},
                      {seconds(1), 58, 59},
                      {std::chrono::milliseconds(47'700), 12, 13},
                      {std::chrono::milliseconds(59'001), 0, 1},
                      {Duration(59'999'999), 0, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.into_minute.count());
    const Allowance allowance = windows.peek({BucketKind::reads}, start + row.into_minute);
    CHECK(allowance.reset == row.reset);
    CHECK(allowance.retry_after == row.retry_after);
  }
  CHECK(windows.peek({BucketKind::creates}, start).reset == 43 * 60 - 1);
}

TEST_CASE("an exhausted bucket returns 429 with Retry-After until its window ends") {
  Client client;
  client.pass(seconds(20));
  for (int i = 0; i < 10; ++i) CHECK(client.post("/services/srv-api/deploys", "{}").status < 300);
  const auto refused = client.post("/services/srv-api/deploys", "{}");
  CHECK(refused.status == 429);
  CHECK(refused.body == "{\"message\":\"rate limit exceeded\"}\n");
  CHECK(*refused.header("retry-after") == "40");
  CHECK(remaining(refused) == "0");
  CHECK(client.world.limited() == 1);
  CHECK(client.world.deploys().size() == 11);  // the refused one had no effect
  client.pass(std::chrono::milliseconds(39'999));
  CHECK(client.post("/services/srv-api/deploys", "{}").status == 429);
  client.pass(std::chrono::milliseconds(1));
  CHECK(remaining(client.post("/services/srv-api/deploys", "{}")) == "9");
}

TEST_CASE("deploys and PATCH of a service share ten a minute, and other services have their own") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-two", "two"));
  Client client(workspace);
  CHECK(remaining(client.send(api::Method::patch, "/services/srv-api", "{}")) == "9");
  CHECK(remaining(client.post("/services/srv-api/deploys", "{}")) == "8");
  CHECK(remaining(client.post("/services/srv-two/deploys", "{}")) == "9");
}

TEST_CASE("cron jobs share one bucket of ten") {
  Workspace workspace;
  for (const char* id : {"crn-a", "crn-b"}) {
    workspace.services.push_back(service(id, id));
    workspace.services.back().type = model::ServiceType::cron_job;
  }
  Client client(workspace);
  CHECK(remaining(client.post("/services/crn-a/deploys", "{}")) == "9");
  CHECK(remaining(client.post("/services/crn-b/deploys", "{}")) == "8");
}

TEST_CASE("reads, logs, writes and creations are counted separately, including refusals and 404") {
  Client client;
  CHECK(remaining(client.get("/services")) == "399");
  CHECK(remaining(client.get("/nothing")) == "398");
  CHECK(remaining(client.get("/logs")) == "29");
  CHECK(remaining(client.post("/env-groups/evg-secrets/services/srv-api")) == "99");
  CHECK(remaining(client.remove("/env-groups/evg-none/services/srv-api")) == "98");
  CHECK(remaining(client.post("/services/srv-api/rollback", "{}")) == "97");
  CHECK(*client.post("/services", "{}").header("ratelimit-limit") == "20");
}

TEST_CASE("a request with a wrong key does not count in any window") {
  Client client;
  CHECK(remaining(client.world.handle(api::Method::get, "/v1/services", "", "", start)) == "400");
  CHECK(remaining(client.get("/services")) == "399");
}

}  // namespace
}  // namespace envlink::emulator::test
