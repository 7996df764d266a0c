#include <doctest/doctest.h>

#include <set>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

const std::string path = "/logs?ownerId=tea-cexample0000000000000&resource=srv-api";

std::vector<std::string> messages(Client& client, const std::string& query = "&direction=forward") {
  std::vector<std::string> out;
  const auto reply = client.read(path + query);
  for (const auto& line : reply.at("logs").as_array()) out.push_back(text(line, "message"));
  return out;
}

Client deployed(Outcome outcome, Duration after = minutes(2)) {
  Workspace workspace = small_workspace();
  workspace.groups[0].links = {"api"};
  workspace.services[0].variables = {{"OWN", "my own"}};
  workspace.services[0].outcome = outcome;
  Client client(workspace);
  client.post("/services/srv-api/deploys", "{}");
  client.pass(after);
  return client;
}

TEST_CASE("a successful deploy has lines of its build and of its start, and no values") {
  Client client = deployed(Outcome::live);
  const auto build = messages(client, "&direction=forward&type=build");
  REQUIRE(build.size() == 5);
  CHECK(build[0] == "==> Cloning from https://github.com/example/api");
  CHECK(build[2] == "==> Running build command 'npm ci'...");
  CHECK(build[4] == "==> Build successful");
  CHECK(messages(client, "&direction=forward&type=app") ==
        std::vector<std::string>{"==> Running 'npm start'", "Listening on port 10000",
                                 "==> Your service is live"});
  const std::string body = client.get(path).body;
  CHECK(body.find("my own") == std::string::npos);
  CHECK(body.find("postgres://secret") == std::string::npos);
}

TEST_CASE("lines appear when they are written, and stay") {
  Client client = deployed(Outcome::update_failed, Duration{0});
  std::vector<std::string> seen = messages(client);
  CHECK(seen.empty());
  for (int i = 0; i < 60; ++i) {
    client.pass(seconds(2));
    const auto now = messages(client);
    REQUIRE(now.size() >= seen.size());
    CHECK(std::vector<std::string>(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(seen.size())) ==
          seen);
    seen = now;
  }
  CHECK(seen.back() == "==> Exited with status 1");
}

TEST_CASE("the log of a failed deploy ends with the failure, newest first by default") {
  Workspace workspace = small_workspace();
  workspace.services[0].outcome = Outcome::update_failed;
  Client client(workspace);
  client.post("/services/srv-api/deploys", "{}");
  client.pass(minutes(2));
  const auto backward = client.read(path);
  CHECK(text(backward.at("logs").at(0), "message") == "==> Exited with status 1");
  CHECK_FALSE(backward.at("hasMore").as_bool());
  const auto page = client.read(path + "&direction=forward&limit=1&type=app");
  CHECK(page.at("hasMore").as_bool());
  CHECK(text(page.at("logs").at(0), "message") == "==> Running 'npm start'");
  const auto next = client.read(path + "&direction=forward&startTime=" + text(page, "nextStartTime"));
  CHECK(next.at("logs").as_array().size() == 2);
  CHECK(client.get("/logs?resource=srv-api").status == 400);
}

TEST_CASE(
    "the log of a failed deploy contains values of the service's variables, as careless programs print "
    "them") {
  for (const auto outcome : {Outcome::build_failed, Outcome::pre_deploy_failed, Outcome::update_failed}) {
    Client client = deployed(outcome);
    const std::string body = client.get(path).body;
    CHECK(body.find("postgres://secret") != std::string::npos);
    CHECK(body.find("my own") != std::string::npos);
    CHECK(body.find("\\u001b[33m") != std::string::npos);
  }
}

TEST_CASE("a canceled deploy has no lines after its end") {
  Client client = deployed(Outcome::live, seconds(30));
  const auto before = messages(client);
  client.world.cancel_deploy(client.world.deploy(1).id, client.now);
  client.pass(minutes(5));
  CHECK(messages(client) == before);
}

TEST_CASE("logs are filtered by level and text, and filters that no line has match nothing") {
  Client client = deployed(Outcome::update_failed);
  CHECK(messages(client, "&level=error") ==
        std::vector<std::string>{"Error: connect ECONNREFUSED 127.0.0.1:5432"});
  CHECK(messages(client, "&level=err*").size() == 1);
  CHECK(messages(client, "&text=214%20packages") == std::vector<std::string>{"added 214 packages in 6s"});
  CHECK(messages(client, "&text=Cloning*github").size() == 1);
  CHECK(messages(client, "&text=nowhere").empty());
  for (const char* filter : {"instance", "host", "statusCode", "method", "path", "task", "taskRun"}) {
    CAPTURE(filter);
    CHECK(messages(client, "&" + std::string(filter) + "=200").empty());
  }
}

TEST_CASE("the values of a label are those of the lines that the query finds") {
  Client client = deployed(Outcome::update_failed);
  const std::string values = "/logs/values?ownerId=tea-cexample0000000000000&resource=srv-api&label=";
  CHECK(client.get(values + "type").body == "[\"app\",\"build\"]\n");
  CHECK(client.get(values + "level").body == "[\"error\",\"info\"]\n");
  CHECK(client.get(values + "type&level=error").body == "[\"app\"]\n");
  CHECK(client.get(values + "type&limit=1").body == "[\"app\"]\n");
  CHECK(client.get(values + "instance").body == "[]\n");
  CHECK(client.get(values + "colour").status == 400);
  CHECK(client.get("/logs/values?ownerId=tea-cexample0000000000000&resource=srv-api").status == 400);
}

TEST_CASE("pages of logs contain each line of several services once, in order") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-web", "web"));
  Client client(workspace);
  for (int i = 0; i < 2; ++i) {
    client.post("/services/srv-api/deploys", "{}");
    client.pass(seconds(7));
    client.post("/services/srv-web/deploys", "{}");
    client.pass(minutes(3));
  }
  for (const std::string direction : {"forward", "backward"}) {
    std::string query = path + ",srv-web&limit=3&direction=" + direction;
    std::vector<std::string> times;
    std::set<std::string> ids;
    for (std::string page = query;;) {
      const auto reply = client.read(page);
      for (const auto& line : reply.at("logs").as_array()) {
        times.push_back(text(line, "timestamp"));
        ids.insert(text(line, "id"));
      }
      if (!reply.at("hasMore").as_bool()) break;
      page = query + "&startTime=" + text(reply, "nextStartTime") + "&endTime=" + text(reply, "nextEndTime");
    }
    CHECK(ids.size() == 32);
    CHECK(times.size() == 32);
    if (direction == "backward") std::reverse(times.begin(), times.end());
    CHECK(std::is_sorted(times.begin(), times.end(), [](const std::string& a, const std::string& b) {
      return *parse_rfc3339(a) < *parse_rfc3339(b);
    }));
  }
}

TEST_CASE("only deploys in the span have lines") {
  Client client = deployed(Outcome::live);
  client.pass(std::chrono::hours(2));
  client.post("/services/srv-api/deploys", "{}");
  client.pass(minutes(2));
  CHECK(messages(client).size() == 8);
  CHECK(messages(client, "&direction=forward&startTime=2026-11-23T21:00:00Z").size() == 16);
  CHECK(messages(client, "&startTime=2026-11-23T21:00:00Z&endTime=2026-11-23T22:00:00Z").size() == 8);
}

}  // namespace
}  // namespace envlink::emulator::test
