#include "emulator/deploys.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view deploys_path = "/services/srv-api/deploys";

std::string id_of(const api::Response& reply) {
  return text(boost::json::parse(reply.body), "id");
}

/// The statuses of a deploy, each once, when read every second.
std::vector<std::string> statuses(Client& client, std::string_view body = "{}") {
  std::vector<std::string> out = {text(boost::json::parse(client.post(deploys_path, body).body), "status")};
  for (int i = 0; i < 200; ++i) {
    client.pass(seconds(1));
    const std::string now = client.newest();
    if (now != out.back()) out.push_back(now);
  }
  return out;
}

using Names = std::vector<std::string>;

struct Shape {
  const char* name;
  model::ServiceType type;
  bool image;
  int pre_deploy;
  const char* body;
  Names expected;
};

TEST_CASE("a deploy goes through the phases of its service and its mode") {
  using model::ServiceType;
  const Names build = {"build_in_progress", "live"};
  const Names all = {"build_in_progress", "pre_deploy_in_progress", "update_in_progress", "live"};
  const Shape shapes[] = {{"web service from git",
                           ServiceType::web_service,
                           false,
                           0,
                           "{}",
                           {"build_in_progress", "update_in_progress", "live"}},
                          {"with a pre-deploy command", ServiceType::private_service, false, 5, "{}", all},
                          {"deploy_only",
                           ServiceType::background_worker,
                           false,
                           5,
                           "{\"deployMode\":\"deploy_only\"}",
                           {"pre_deploy_in_progress", "update_in_progress", "live"}},
                          {"image", ServiceType::web_service, true, 0, "{}", {"update_in_progress", "live"}},
                          {"image with a pre-deploy command",
                           ServiceType::web_service,
                           true,
                           5,
                           "{}",
                           {"pre_deploy_in_progress", "update_in_progress", "live"}},
                          {"cron job from git", ServiceType::cron_job, false, 5, "{}", build},
                          {"cron job from an image", ServiceType::cron_job, true, 0, "{}", {"live"}},
                          {"static site", ServiceType::static_site, false, 0, "{}", build}};
  for (const Shape& shape : shapes) {
    CAPTURE(shape.name);
    Workspace workspace = small_workspace();
    workspace.services[0].type = shape.type;
    workspace.services[0].image = shape.image;
    workspace.services[0].pre_deploy = seconds(shape.pre_deploy);
    Client client(workspace);
    CHECK(statuses(client, shape.body) == shape.expected);
  }
}

TEST_CASE("a deploy that fails ends in its seeded status and leaves the previous one live") {
  const std::string_view build = "{}";
  const std::string_view deploy_only = "{\"deployMode\":\"deploy_only\"}";
  struct Row {
    Outcome outcome;
    std::string_view body;
    const char* status;
  };
  const Row rows[] = {{Outcome::build_failed, build, "build_failed"},
                      {Outcome::pre_deploy_failed, build, "pre_deploy_failed"},
                      {Outcome::pre_deploy_failed, deploy_only, "pre_deploy_failed"},
                      {Outcome::update_failed, build, "update_failed"},
                      {Outcome::update_failed, deploy_only, "update_failed"},
                      {Outcome::canceled, build, "canceled"},
                      {Outcome::canceled, deploy_only, "canceled"}};
  for (const Row& row : rows) {
    CAPTURE(row.status);
    Workspace workspace = small_workspace();
    workspace.services[0].outcome = row.outcome;
    Client client(workspace);
    CHECK(statuses(client, row.body).back() == row.status);
    CHECK(client.world.deploys()[0].status == "live");
    CHECK(client.world.is_serving("api"));
  }
}

TEST_CASE(
    "a deploy without a build cannot fail it: deploy_only goes live with the commit that was last built") {
  Workspace workspace = small_workspace();
  workspace.services[0].outcome = Outcome::build_failed;
  Client client(workspace);
  const auto commit = [](const boost::json::value& deploy) { return text(deploy.at("commit"), "id"); };
  const std::string built = commit(client.read(deploys_path).at(0).at("deploy"));
  client.world.push_commit("srv-api", client.now);
  client.pass(std::chrono::minutes(5));
  CHECK(client.newest() == "build_failed");
  const auto reply = client.post(deploys_path, "{\"deployMode\":\"deploy_only\"}");
  CHECK(commit(boost::json::parse(reply.body)) == built);
  client.pass(std::chrono::minutes(5));
  CHECK(client.newest() == "live");
}

TEST_CASE("only a push moves the head of a branch") {
  Client client;
  const auto commit_of_a_new_deploy = [&] {
    client.pass(std::chrono::minutes(5));
    return boost::json::parse(client.post(deploys_path, "{}").body).at("commit");
  };
  const auto before = commit_of_a_new_deploy();
  CHECK(text(before, "createdAt").size() == std::string_view("2026-11-23T21:17:00Z").size());
  CHECK(commit_of_a_new_deploy() == before);
  client.world.push_commit("srv-api", client.now);
  const auto after = commit_of_a_new_deploy();
  CHECK(text(after, "id") != text(before, "id"));
  CHECK(commit_of_a_new_deploy() == after);
}

TEST_CASE("a cron job from an image is live at once, with its end") {
  Workspace workspace = small_workspace();
  workspace.services[0].type = model::ServiceType::cron_job;
  workspace.services[0].image = true;
  Client client(workspace);
  const auto deploy = boost::json::parse(client.post(deploys_path, "{}").body);
  CHECK(text(deploy, "status") == "live");
  CHECK(deploy.as_object().contains("finishedAt"));
  CHECK(deploy.at("commit").is_null());
  CHECK_FALSE(client.world.next_change());
}

TEST_CASE("a deploy is live exactly after its build and start, and the one before it is deactivated") {
  Client client;
  client.post(deploys_path, "{}");
  CHECK(client.world.next_change() == start + seconds(90));
  client.world.advance(start + seconds(105) - Duration(1));
  CHECK(client.world.deploys()[1].status == "update_in_progress");
  client.world.advance(start + seconds(105));
  CHECK(client.world.deploys()[1].status == "live");
  CHECK(client.world.deploys()[1].finished == start + seconds(105));
  CHECK(client.world.deploys()[0].status == "deactivated");
  CHECK_FALSE(client.world.next_change());
}

TEST_CASE("speed divides the duration of a deploy") {
  Client client(small_workspace(), 10);
  client.post(deploys_path, "{}");
  client.pass(Duration(10'500'000));
  CHECK(client.newest() == "live");
}

TEST_CASE("at the start a deploy with a readable duration is live, newer than the groups unless stale") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-old", "old"));
  workspace.services[1].stale = true;
  workspace.groups[0].links = {"api", "old"};
  Client client(workspace);
  const auto records = client.world.deploys();
  REQUIRE(records.size() == 2);
  const Time updated = *parse_rfc3339(text(client.read("/env-groups/evg-secrets"), "updatedAt"));
  const Time created = *parse_rfc3339(text(client.read("/env-groups/evg-secrets"), "createdAt"));
  CHECK(*records[0].finished - *records[0].started == seconds(105));
  CHECK(records[0].created > updated);
  CHECK(*records[0].finished < start);
  CHECK(records[0].groups == std::vector<std::string>{"evg-secrets"});
  CHECK(*records[1].finished < updated);
  CHECK(records[1].created > created);
  CHECK(records[1].groups.empty());
}

TEST_CASE("under wait a second deploy gets an empty 202 and starts when the first is over") {
  Client client;
  client.post(deploys_path, "{}");
  client.pass(seconds(1));
  const auto queued = client.post(deploys_path, "{}");
  CHECK(queued.status == 202);
  CHECK(queued.body.empty());
  CHECK(*queued.header("content-length") == "0");
  CHECK(queued.header("content-type") == nullptr);
  CHECK(client.newest() == "queued");
  CHECK(client.read(std::string(deploys_path) + "?status=queued").as_array().size() == 1);
  client.world.link("evg-secrets", "srv-api", client.now);
  client.world.advance(start + seconds(105));
  const auto records = client.world.deploys();
  CHECK(records[2].status == "build_in_progress");
  CHECK(records[2].started == start + seconds(105));
  CHECK(records[1].groups.empty());
  CHECK(records[2].groups == std::vector<std::string>{"evg-secrets"});
}

TEST_CASE("only the most recently triggered deploy waits, and the one it replaces never runs") {
  Client client;
  for (int i = 0; i < 4; ++i) client.post(deploys_path, "{}");
  client.world.advance(start + minutes(10));
  const auto records = client.world.deploys();
  REQUIRE(records.size() == 5);
  CHECK(records[1].status == "deactivated");
  CHECK(records[2].status == "canceled");
  CHECK_FALSE(records[2].started);
  CHECK(records[3].status == "canceled");
  CHECK(records[4].status == "live");
  CHECK(records[4].finished == start + seconds(210));
}

TEST_CASE("under override a second deploy cancels the first") {
  Workspace workspace = small_workspace();
  workspace.behaviour.overlap = Overlap::override_;
  Client client(workspace);
  client.post(deploys_path, "{}");
  client.pass(seconds(10));
  CHECK(client.post(deploys_path, "{}").status == 201);
  CHECK(client.world.deploys()[1].status == "canceled");
  CHECK(client.world.deploys()[1].finished == start + seconds(10));
  CHECK(client.newest() == "build_in_progress");
}

TEST_CASE("canceling the running deploy starts the waiting one at once") {
  Client client;
  const std::string id = id_of(client.post(deploys_path, "{}"));
  client.post(deploys_path, "{}");
  client.pass(seconds(5));
  const auto reply = client.post(fmt::format("{}/{}/cancel", deploys_path, id));
  CHECK(reply.status == 200);
  CHECK(text(boost::json::parse(reply.body), "status") == "canceled");
  CHECK(client.newest() == "build_in_progress");
  CHECK(client.post(fmt::format("{}/{}/cancel", deploys_path, id)).status == 400);
}

TEST_CASE("a user can cancel a deploy, and a push starts one") {
  Client client;
  client.world.push_commit("srv-api", client.now);
  const auto pushed = client.world.deploys().back();
  CHECK(pushed.trigger == "new_commit");
  client.world.cancel_deploy(pushed.id, client.now + seconds(3));
  CHECK(client.world.deploys().back().status == "canceled");
  client.world.cancel_deploy(client.world.deploys().front().id, client.now + seconds(4));
  CHECK(client.world.deploys().front().status == "live");
}

TEST_CASE("a rollback goes live without a build, and only to a deploy that was live") {
  Client client;
  const std::string first = client.world.deploys()[0].id;
  const std::string second = id_of(client.post(deploys_path, "{}"));
  const auto body = [](const std::string& id) { return fmt::format("{{\"deployId\":\"{}\"}}", id); };
  CHECK(client.post("/services/srv-api/rollback", body(second)).status == 400);
  client.pass(minutes(5));
  const auto reply = client.post("/services/srv-api/rollback", body(first));
  CHECK(reply.status == 201);
  CHECK(text(boost::json::parse(reply.body), "status") == "update_in_progress");
  CHECK(text(boost::json::parse(reply.body), "trigger") == "rollback");
  client.pass(seconds(15));
  CHECK(client.newest() == "live");
  CHECK(client.post("/services/srv-api/rollback", body("dep-none")).status == 404);
  CHECK(client.post("/services/srv-api/rollback", "{}").status == 400);
}

TEST_CASE("a deploy can only be read under its own service") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-two", "two"));
  Client client(workspace);
  const std::string id = id_of(client.post(deploys_path, "{}"));
  CHECK(text(client.read(fmt::format("{}/{}", deploys_path, id)), "id") == id);
  CHECK(client.get(fmt::format("/services/srv-two/deploys/{}", id)).status == 404);
  CHECK(client.get(fmt::format("/deploys/{}", id)).status == 404);
}

TEST_CASE("impossible deploys are refused: suspended, contradictory, broken") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-off", "off"));
  workspace.services[1].suspended = true;
  Client client(workspace);
  CHECK(client.post("/services/srv-off/deploys", "{}").status == 400);
  CHECK_FALSE(client.world.is_serving("srv-off"));
  for (const char* body :
       {"[]", "{", "{\"deployMode\":\"fast\"}", "{\"clearCache\":true}", "{\"commitId\":\"\"}",
        "{\"imageUrl\":\"nginx\"}", "{\"deployMode\":\"deploy_only\",\"clearCache\":\"clear\"}"}) {
    CAPTURE(body);
    CHECK(client.post(deploys_path, body).status == 400);
  }
  CHECK(client.world.deploys().size() == 2);
}

TEST_CASE("a change of links deploys by itself only if the behaviour and the service say so") {
  for (const bool deploys : {false, true}) {
    Workspace workspace = small_workspace();
    workspace.behaviour.link_deploys = deploys;
    workspace.services.push_back(service("srv-manual", "manual"));
    workspace.services[1].auto_deploy = false;
    Client client(workspace);
    client.post("/env-groups/evg-secrets/services/srv-api");
    client.post("/env-groups/evg-secrets/services/srv-api");
    client.post("/env-groups/evg-secrets/services/srv-manual");
    const auto records = client.world.deploys();
    REQUIRE(records.size() == (deploys ? 3U : 2U));
    if (!deploys) continue;
    CHECK(records[2].service_id == "srv-api");
    CHECK(records[2].trigger == "service_updated");
    CHECK(records[2].groups == std::vector<std::string>{"evg-secrets"});
  }
}

TEST_CASE("time running backwards changes nothing") {
  Client client;
  client.pass(minutes(5));
  client.post(deploys_path, "{}");
  client.pass(-minutes(10));
  CHECK(client.newest() == "build_in_progress");
  CHECK(*client.get("/services").header("date") == "Mon, 23 Nov 2026 21:22:00 GMT");
}

TEST_CASE("events show the last hour's deploys, with the reason of a failure") {
  Workspace workspace = small_workspace();
  workspace.services[0].outcome = Outcome::build_failed;
  Client client(workspace);
  CHECK(client.get("/services/srv-api/events").body == "[]\n");  // yesterday's is more than an hour ago
  client.post(deploys_path, "{}");
  client.pass(minutes(2));
  const auto events = client.read("/services/srv-api/events");
  REQUIRE(events.as_array().size() == 4);
  const auto& ended = events.at(0).at("event");
  CHECK(text(ended, "type") == "deploy_ended");
  CHECK(text(ended.at("details"), "deployStatus") == "failed");
  const auto& build = events.at(1).at("event");
  CHECK(text(build, "type") == "build_ended");
  CHECK(text(build.at("details"), "buildId") ==
        text(ended.at("details").at("reason").at("buildFailed"), "id"));
  CHECK(build.at("details").at("reason").at("failure").at("nonZeroExit").as_int64() == 1);
  CHECK(text(events.at(2).at("event"), "type") == "build_started");
  CHECK(text(events.at(3).at("event"), "type") == "deploy_started");
  CHECK(client.read("/services/srv-api/events?type=deploy_started").as_array().size() == 1);
  CHECK(client.read("/services/srv-api/events?startTime=2026-11-01T00:00:00Z").as_array().size() == 8);
}

TEST_CASE("a successful build ends before its deploy") {
  Client client;
  client.post(deploys_path, "{}");
  const auto types = [&] {
    std::vector<std::string> found;
    const auto events = client.read("/services/srv-api/events");
    for (const auto& one : events.as_array()) found.push_back(text(one.at("event"), "type"));
    return found;
  };
  CHECK(types() == std::vector<std::string>{"build_started", "deploy_started"});
  client.pass(seconds(91));
  CHECK(types() == std::vector<std::string>{"build_ended", "build_started", "deploy_started"});
  client.pass(seconds(30));
  CHECK(types().front() == "deploy_ended");
}

TEST_CASE("a failing start fails its health check if there is one, else exits with a code") {
  for (const std::string path : {"", "/health"}) {
    Workspace workspace = small_workspace();
    workspace.services[0].outcome = Outcome::update_failed;
    workspace.services[0].health_check_path = path;
    Client client(workspace);
    client.post(deploys_path, "{}");
    client.pass(minutes(2));
    const auto ended = client.read("/services/srv-api/events?type=deploy_ended");
    const auto& failure = ended.at(0).at("event").at("details").at("reason").at("failure").as_object();
    CHECK(failure.contains("unhealthy") == !path.empty());
    CHECK(failure.contains("nonZeroExit") == path.empty());
  }
}

TEST_CASE("a copy of a World is independent") {
  Client client;
  client.post(deploys_path, "{}");
  World copy = client.world;
  copy.advance(client.now + seconds(105));
  CHECK(copy.deploy(1).status == "live");
  CHECK(client.world.deploy(1).status == "build_in_progress");
  client.world.cancel_deploy(client.world.deploy(1).id, client.now);
  CHECK(client.world.deploy(1).status == "canceled");
  CHECK(copy.deploy(1).status == "live");
}

TEST_CASE("a deploy's view equals its record") {
  Client client;
  client.post(deploys_path, "{}");
  client.world.advance(client.now + seconds(105));
  const auto records = client.world.deploys();
  REQUIRE(client.world.deploy_count() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const World::DeployView view = client.world.deploy(i);
    CHECK(view.id == records[i].id);
    CHECK(view.service_id == "srv-api");
    CHECK(view.status == (i == 0 ? "deactivated" : "live"));
    CHECK(view.trigger == (i == 0 ? "new_commit" : "api"));
    CHECK(view.finished == records[i].finished);
    CHECK(view.groups.size() == records[i].groups.size());
  }
}

}  // namespace
}  // namespace envlink::emulator::test
