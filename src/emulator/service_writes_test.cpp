// Creating, changing, restarting, scaling and deleting services.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

namespace json = boost::json;

constexpr std::string_view worker =
    R"({"type":"background_worker","name":"jobs","ownerId":"tea-cexample0000000000000",)"
    R"("repo":"https://github.com/example/jobs","envVars":[{"key":"A","value":"1"},{"key":"B","generateValue":true}],)"
    R"("secretFiles":[{"name":"ca.pem","content":"made-up"}],"serviceDetails":{"runtime":"python","plan":"standard",)"
    R"("numInstances":2,"envSpecificDetails":{"buildCommand":"make","startCommand":"./jobs"}}})";

json::value parsed(const api::Response& reply) {
  return json::parse(reply.body);
}

std::string message(const api::Response& reply) {
  return text(parsed(reply), "message");
}

TEST_CASE("a service is created with its settings and values, and deployed at once") {
  Client client;
  const auto reply = client.post("/services", worker);
  REQUIRE(reply.status == 201);
  const json::value made = parsed(reply);
  const json::value& service = made.at("service");
  const std::string id = text(service, "id");
  CHECK(text(service, "type") == "background_worker");
  CHECK(text(service, "branch") == "main");
  const json::value& details = service.at("serviceDetails");
  CHECK(text(details, "runtime") == "python");
  CHECK(text(details, "plan") == "standard");
  CHECK(details.at("numInstances").as_int64() == 2);
  CHECK(text(details.at("envSpecificDetails"), "startCommand") == "./jobs");
  CHECK(text(details, "sshAddress") == id + "@ssh.oregon.render.com");
  CHECK(parsed(client.get("/services/" + id)) == service);
  const json::value variables = client.read("/services/" + id + "/env-vars");
  CHECK(text(variables.at(0).at("envVar"), "key") == "B");
  CHECK(text(variables.at(0).at("envVar"), "value").size() == 44);
  const json::value deploys = client.read("/services/" + id + "/deploys");
  CHECK(text(deploys.at(0).at("deploy"), "id") == text(made, "deployId"));
  client.pass(std::chrono::minutes(5));
  CHECK(client.newest(id) == "live");
}

TEST_CASE("a service that cannot be created is refused, and nothing is created") {
  Client client;
  struct Row {
    const char* replaced;
    const char* by;
    int status;
    const char* message;
  };
  const Row rows[] = {{"\"type\":\"background_worker\",", "", 400, "type is required"},
                      {"background_worker", "lambda", 400, "invalid type"},
                      {"\"jobs\"", "\"\"", 400, "invalid name"},
                      {"\"jobs\"", "\"api\"", 409, "name is already in use"},
                      {"tea-cexample0000000000000", "tea-other", 400, "invalid ownerId"},
                      {"\"repo\":\"https://github.com/example/jobs\",", "", 400, "repo or image is required"},
                      {"\"runtime\":\"python\",", "", 400, "serviceDetails.runtime is required"},
                      {"python", "cobol", 400, "invalid serviceDetails.runtime"},
                      {":2,", ":0,", 400, "invalid serviceDetails.numInstances"},
                      {":2,", ":\"two\",", 400, "invalid serviceDetails.numInstances"},
                      {"\"key\":\"B\"", "\"key\":\"A\"", 400, "duplicate name: A"},
                      {"\"repo\"", "\"environmentId\":\"evm-none\",\"repo\"", 400, "invalid environmentId"}};
  for (const Row& row : rows) {
    CAPTURE(row.by);
    std::string body(worker);
    body.replace(body.find(row.replaced), std::string_view(row.replaced).size(), row.by);
    client.pass(std::chrono::hours(1));
    const auto reply = client.post("/services", body);
    CHECK(reply.status == row.status);
    CHECK(message(reply) == row.message);
  }
  CHECK(client.read("/services").as_array().size() == 1);
}

TEST_CASE("an image is named in full, and its service builds nothing") {
  Client client;
  const std::pair<const char*, const char*> rows[] = {
      {"nginx", "docker.io/library/nginx:latest"},
      {"example/app:2", "docker.io/example/app:2"},
      {"ghcr.io/example/app", "ghcr.io/example/app:latest"},
      {"localhost:5000/app@sha256:1", "localhost:5000/app@sha256:1"}};
  int number = 0;
  for (const auto& [given, shown] : rows) {
    CAPTURE(given);
    const auto reply = client.post(
        "/services",
        fmt::format(R"({{"type":"private_service","name":"app-{}","ownerId":"tea-cexample0000000000000",)"
                    R"("image":{{"imagePath":"{}","ownerId":""}},"serviceDetails":{{"runtime":"image"}}}})",
                    number++, given));
    REQUIRE(reply.status == 201);
    const json::value service = parsed(reply).at("service");
    CHECK(text(service, "imagePath") == shown);
    const json::value deploys = client.read("/services/" + text(service, "id") + "/deploys");
    CHECK(text(deploys.at(0).at("deploy"), "status") == "update_in_progress");
    CHECK(text(deploys.at(0).at("deploy").at("image"), "ref") == shown);
  }
}

TEST_CASE("PATCH changes every documented field, and only those that are given") {
  Client client;
  const json::value before = client.read("/services/srv-api");
  const struct {
    const char* body;
    const char* path;
    const char* value;
  } rows[] = {
      {R"({"branch":"next"})", "/branch", "\"next\""},
      {R"({"repo":"https://github.com/example/other"})", "/repo", "\"https://github.com/example/other\""},
      {R"({"rootDir":"api"})", "/rootDir", "\"api\""},
      {R"({"buildFilter":{"paths":["a"],"ignoredPaths":[]}})", "/buildFilter/paths", "[\"a\"]"},
      {R"({"autoDeployTrigger":"checksPass"})", "/autoDeployTrigger", "\"checksPass\""},
      {R"({"autoDeploy":"no"})", "/autoDeploy", "\"no\""},
      {R"({"serviceDetails":{"plan":"pro"}})", "/serviceDetails/plan", "\"pro\""},
      {R"({"serviceDetails":{"runtime":"go"}})", "/serviceDetails/runtime", "\"go\""},
      {R"({"serviceDetails":{"healthCheckPath":"/up"}})", "/serviceDetails/healthCheckPath", "\"/up\""},
      {R"({"serviceDetails":{"preDeployCommand":"migrate"}})",
       "/serviceDetails/envSpecificDetails/preDeployCommand", "\"migrate\""},
      {R"({"serviceDetails":{"envSpecificDetails":{"startCommand":"run"}}})",
       "/serviceDetails/envSpecificDetails/startCommand", "\"run\""},
      {R"({"serviceDetails":{"maintenanceMode":{"enabled":true,"uri":"/m"}}})",
       "/serviceDetails/maintenanceMode/uri", "\"/m\""},
      {R"({"serviceDetails":{"maxShutdownDelaySeconds":60}})", "/serviceDetails/maxShutdownDelaySeconds",
       "60"},
      {R"({"serviceDetails":{"previews":{"generation":"manual"}}})", "/serviceDetails/previews/generation",
       "\"manual\""},
      {R"({"serviceDetails":{"pullRequestPreviewsEnabled":"no"}})", "/serviceDetails/previews/generation",
       "\"off\""},
      {R"({"serviceDetails":{"renderSubdomainPolicy":"disabled"}})", "/serviceDetails/renderSubdomainPolicy",
       "\"disabled\""},
      {R"({"serviceDetails":{"cache":{"profile":"origin-controlled"}}})", "/serviceDetails/cache/profile",
       "\"origin-controlled\""},
      {R"({"serviceDetails":{"ipAllowList":[{"cidrBlock":"10.0.0.0/8","description":"vpn"}]}})",
       "/serviceDetails/ipAllowList/0/cidrBlock", "\"10.0.0.0/8\""},
      {R"({"name":"renamed"})", "/name", "\"renamed\""}};
  for (const auto& row : rows) {
    CAPTURE(row.body);
    client.pass(seconds(10));
    const auto reply = client.send(api::Method::patch, "/services/srv-api", row.body);
    REQUIRE(reply.status == 200);
    CHECK(json::serialize(parsed(reply).at_pointer(row.path)) == row.value);
    CHECK(parsed(reply) == client.read("/services/srv-api"));
  }
  const json::value after = client.read("/services/srv-api");
  for (const char* kept : {"id", "slug", "createdAt", "ownerId", "type"})
    CHECK(after.at(kept) == before.at(kept));
  CHECK(after.at("serviceDetails").at("url") == before.at("serviceDetails").at("url"));
  CHECK(client.world.deploy_count() == 1);
}

TEST_CASE("PATCH refuses what cannot be, and a name that another service has") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-two", "two"));
  Client client(workspace);
  const std::pair<const char*, int> rows[] = {
      {R"({"name":"two"})", 409},
      {R"({"name":""})", 400},
      {R"({"name":7})", 400},
      {R"({"autoDeploy":"maybe"})", 400},
      {R"({"serviceDetails":{"plan":"huge"}})", 400},
      {R"({"serviceDetails":{"maxShutdownDelaySeconds":301}})", 400},
      {R"({"image":{"imagePath":"nginx","ownerId":"tea-other"}})", 400},
      {"[]", 400},
      {"", 400}};
  const json::value before = client.read("/services/srv-api");
  for (const auto& [body, status] : rows) {
    CAPTURE(body);
    client.pass(seconds(10));
    CHECK(client.send(api::Method::patch, "/services/srv-api", body).status == status);
  }
  CHECK(client.read("/services/srv-api") == before);
  CHECK(client.send(api::Method::patch, "/services/srv-api", R"({"name":"api"})").status == 200);
}

TEST_CASE("a service has either a repository or an image, and its runtime fits") {
  Client client;
  const auto patch = [&](std::string_view body) {
    client.pass(seconds(10));
    const auto reply = client.send(api::Method::patch, "/services/srv-api", body);
    const json::value service = parsed(reply);
    if (reply.status != 200) return message(reply);
    const auto shown = [&](const char* name) {
      return service.as_object().contains(name) ? text(service, name) : std::string("-");
    };
    return shown("repo") + " " + shown("imagePath") + " " + text(service.at("serviceDetails"), "runtime");
  };
  const std::string image = "docker.io/library/nginx:1";
  CHECK(patch(R"({"serviceDetails":{"runtime":"image"}})") == "image is required");
  CHECK(patch(R"({"image":{"imagePath":"nginx:1","ownerId":""}})") == "- " + image + " image");
  // What Render does with both is unknown.
  CHECK(patch(R"({"repo":"https://x/y","image":{"imagePath":"nginx:1","ownerId":""}})") ==
        "- " + image + " image");
  CHECK(patch(R"({"serviceDetails":{"runtime":"node"}})") == "repo is required");
  CHECK(patch(R"({"repo":"https://github.com/example/api"})") == "invalid serviceDetails.runtime");
  CHECK(patch(R"({"repo":"https://github.com/example/api","serviceDetails":{"runtime":"node"}})") ==
        "https://github.com/example/api - node");
}

TEST_CASE("PATCH ignores what only a new service can be given") {
  Client client;
  const json::value before = client.read("/services/srv-api").at("serviceDetails");
  const auto reply = client.send(
      api::Method::patch, "/services/srv-api",
      R"({"serviceDetails":{"region":"ohio","numInstances":5,"disk":{"name":"d","mountPath":"/d"}}})");
  CHECK(reply.status == 200);
  CHECK(parsed(reply).at("serviceDetails") == before);
}

TEST_CASE("previews follow the service of the file when it is renamed, and go with it") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-pr", "api-pr"));
  workspace.services[1].preview_of = "api";
  Client client(workspace);
  const auto parent = [&] {
    return text(client.read("/services/srv-pr").at("serviceDetails").at("parentServer"), "name");
  };
  CHECK(parent() == "api");
  client.send(api::Method::patch, "/services/srv-api", R"({"name":"renamed"})");
  CHECK(parent() == "renamed");
  client.remove("/services/srv-api");
  CHECK(client.get("/services/srv-pr").status == 404);
  const json::value state = json::parse(client.world.state_json(client.now));
  CHECK(state.at("services").as_array().empty());
  CHECK(state.at("deploys").as_array().empty());
}

TEST_CASE("what an operation refuses cannot be had with a new service either") {
  Client client;
  const auto status = [&](std::string_view details, std::string_view type = "web_service") {
    client.pass(std::chrono::hours(1));
    return client
        .post("/services", fmt::format(R"({{"type":"{}","name":"n","ownerId":"tea-cexample0000000000000",)"
                                       R"("repo":"https://x/y","serviceDetails":{{"runtime":"go"{}}}}})",
                                       type, details))
        .status;
  };
  CHECK(status(R"(,"disk":{"name":"","mountPath":"/d"})") == 400);
  CHECK(status(R"(,"disk":{"name":"d","mountPath":"d"})") == 400);
  CHECK(status(R"(,"numInstances":101)") == 400);
  CHECK(status(R"(,"autoscaling":{"enabled":true,"min":3,"max":2,"criteria":{"cpu":{"enabled":true,)"
               R"("percentage":5},"memory":{"enabled":true,"percentage":5}}})") == 400);
  CHECK(status(R"(,"headers":[{"path":"","name":"a","value":"b"}])", "static_site") == 400);
  CHECK(client.post("/services/srv-api/scale", R"({"numInstances":2147483647})").status == 400);
  CHECK(client.send(api::Method::patch, "/services/srv-api", R"({"serviceDetails":{"plan":"pro"}})").status ==
        200);
}

TEST_CASE("deleting a service deploys nothing, also if Render deploys when a link changes") {
  Workspace workspace = small_workspace();
  workspace.behaviour.link_deploys = true;
  workspace.groups[0].links = {"srv-api"};
  Client client(workspace);
  CHECK(client.remove("/services/srv-api").status == 204);
  CHECK_FALSE(client.world.next_change());
  CHECK(client.world.deploy_count() == 1);
}

TEST_CASE("a deploy builds what it was requested for, whatever the service deploys since") {
  Client client;
  client.post("/services/srv-api/deploys", "{}");
  client.send(api::Method::patch, "/services/srv-api", R"({"image":{"imagePath":"nginx","ownerId":""}})");
  const auto rollback = client.post("/services/srv-api/rollback",
                                    fmt::format(R"({{"deployId":"{}"}})", client.world.deploys()[0].id));
  CHECK(parsed(rollback).at("commit").is_object());
  CHECK(client.newest() == "queued");
  client.pass(seconds(60));
  CHECK(text(client.read("/services/srv-api/deploys").at(1).at("deploy"), "status") == "build_in_progress");
}

TEST_CASE("a deleted service is gone: its deploys, links and place in lists too") {
  Client client;
  client.post("/env-groups/evg-secrets/services/srv-api");
  client.post("/services/srv-api/deploys", "{}");
  CHECK(client.remove("/services/srv-api").status == 204);
  CHECK(client.get("/services/srv-api").status == 404);
  CHECK(client.get("/services/srv-api/deploys").status == 404);
  CHECK(client.read("/services").as_array().empty());
  CHECK(client.read("/env-groups/evg-secrets").at("serviceLinks").as_array().empty());
  CHECK_FALSE(client.world.is_serving("api"));
  CHECK_FALSE(client.world.next_change());
  CHECK(client.remove("/services/srv-api").status == 404);
  CHECK(client.world.deploys().back().status == "canceled");
}

TEST_CASE("a restart keeps the old values: only a deploy brings new ones") {
  Workspace workspace = small_workspace();
  workspace.services[0].variables = {{"A", "old"}};
  Client client(workspace);
  client.send(api::Method::put, "/services/srv-api/env-vars/A", R"({"value":"new"})");
  const auto carried = [&] {
    return *client.world.carried_value(*client.world.serving_deploy("srv-api"), "srv-api", "A");
  };
  CHECK(client.post("/services/srv-api/restart").status == 200);
  client.pass(std::chrono::minutes(5));
  client.world.advance(client.now);
  CHECK(carried() == "old");
  CHECK(client.world.deploy_count() == 1);
  client.post("/services/srv-api/deploys", "{}");
  client.pass(std::chrono::minutes(5));
  client.world.advance(client.now);
  CHECK(carried() == "new");
}

TEST_CASE("a service is scaled by hand and automatically; a static site is not") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-site", "site"));
  workspace.services[1].type = model::ServiceType::static_site;
  Client client(workspace);
  CHECK(client.post("/services/srv-api/scale", R"({"numInstances":3})").status == 202);
  CHECK(client.read("/services/srv-api").at("serviceDetails").at("numInstances").as_int64() == 3);
  CHECK(client.read("/services/srv-api/instances").as_array().size() == 3);
  CHECK(client.post("/services/srv-api/scale", R"({"numInstances":0})").status == 400);
  CHECK(client.post("/services/srv-api/scale", "{}").status == 400);
  CHECK(client.post("/services/srv-site/scale", R"({"numInstances":3})").status == 400);
  constexpr std::string_view autoscaling =
      R"({"enabled":true,"min":1,"max":5,"criteria":{"cpu":{"enabled":true,"percentage":60},)"
      R"("memory":{"enabled":false,"percentage":70}}})";
  const auto reply = client.send(api::Method::put, "/services/srv-api/autoscaling", autoscaling);
  CHECK(reply.status == 200);
  CHECK(parsed(reply) == json::parse(autoscaling));
  CHECK(client.read("/services/srv-api").at("serviceDetails").at("autoscaling") == json::parse(autoscaling));
  CHECK(client.remove("/services/srv-api/autoscaling").status == 204);
  CHECK_FALSE(client.read("/services/srv-api").at("serviceDetails").as_object().contains("autoscaling"));
}

TEST_CASE("all variables or secret files of a service are replaced at once") {
  Workspace workspace = small_workspace();
  workspace.services[0].variables = {{"A", "1"}, {"B", "2"}};
  workspace.services[0].secret_files = {{"ca.pem", "old"}};
  Client client(workspace);
  const auto put = [&](std::string_view part, std::string_view body) {
    return client.send(api::Method::put, "/services/srv-api/" + std::string(part), body);
  };
  const auto reply = put("env-vars", R"([{"key":"B","value":"3"},{"key":"C","value":"4"}])");
  CHECK(reply.status == 200);
  CHECK(text(parsed(reply).at(0).at("envVar"), "key") == "B");  // as in the body
  const json::value list = client.read("/services/srv-api/env-vars");
  REQUIRE(list.as_array().size() == 2);
  CHECK(text(list.at(0).at("envVar"), "key") == "C");  // newest first
  CHECK(text(list.at(1).at("envVar"), "value") == "3");
  CHECK(put("env-vars", R"([{"key":"A","value":""}])").status == 400);
  CHECK(put("env-vars", R"([{"key":"A"}])").status == 400);
  CHECK(put("env-vars", R"({"key":"A","value":"1"})").status == 400);
  CHECK(client.read("/services/srv-api/env-vars") == list);
  CHECK(put("secret-files", R"([{"name":"b","content":"new"}])").status == 200);
  CHECK(client.read("/services/srv-api/secret-files").as_array().size() == 1);
  CHECK(put("env-vars", "null").body == "[]\n");
  CHECK(client.read("/services/srv-api/env-vars").as_array().empty());
}

}  // namespace
}  // namespace envlink::emulator::test
