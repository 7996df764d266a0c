#include "api/replies.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace envlink::api {
namespace {

Response reply(std::string body, int status = 200) {
  return {.status = status, .headers = {{"render-request-id", "api-1/abc-1"}}, .body = std::move(body)};
}

const char* const web_service =
    R"([{"cursor":"MJP_iHkq-a","service":{"autoDeploy":"yes","autoDeployTrigger":"commit",
  "branch":"main","createdAt":"2025-01-13T16:41:53.123456Z","id":"srv-cu2k4j3qf0us73fbv7u0","name":"shop",
  "dashboardUrl":"https://dashboard.render.com/web/srv-cu2k4j3qf0us73fbv7u0","notifyOnFail":"default","ownerId":"tea-1","environmentId":"evm-1","repo":"https://example.com/shop","rootDir":"",
  "serviceDetails":{"buildPlan":"starter","disk":{"id":"dsk-1","name":"data","sizeGB":1,"mountPath":"/data"},
  "env":"docker","healthCheckPath":"/health","numInstances":1,"openPorts":null,"plan":"starter","runtime":"docker",
  "url":"https://shop.onrender.com"},"slug":"shop","suspended":"not_suspended","suspenders":[],"type":"web_service",
  "updatedAt":"2025-01-13T16:41:53Z"}}])";

TEST_CASE("A service is read with everything that a rollout needs") {
  const auto page = parse_services(reply(web_service));
  REQUIRE(page);
  REQUIRE(page->items.size() == 1);
  CHECK(page->length == 1);
  CHECK(page->cursor == "MJP_iHkq-a");
  const model::Service& service = page->items[0];
  CHECK(service.id == ServiceId{"srv-cu2k4j3qf0us73fbv7u0"});
  CHECK(service.name == "shop");
  CHECK(service.type == model::ServiceType::web_service);
  CHECK(service.type_text == "web_service");
  CHECK(service.owner == OwnerId{"tea-1"});
  CHECK(service.environment == EnvironmentId{"evm-1"});
  CHECK(service.auto_deploy == true);
  CHECK(service.has_disk);
  CHECK_FALSE(service.suspended);
  CHECK_FALSE(service.preview);
  CHECK_FALSE(service.image_backed);
  CHECK(service.url == "https://shop.onrender.com");
  CHECK(service.health_check_path == "/health");
  CHECK(service.dashboard_url == "https://dashboard.render.com/web/srv-cu2k4j3qf0us73fbv7u0");
}

TEST_CASE("An unsafe page address is ignored") {
  const auto page_of = [](const std::string& told) {
    const auto service = parse_service(
        reply(R"({"id":"srv-1","name":"shop","type":"web_service","dashboardUrl":)" + told + "}"));
    REQUIRE(service);
    return service->dashboard_url;
  };
  CHECK(page_of(R"("https://dashboard.render.com/web/srv-1")") == "https://dashboard.render.com/web/srv-1");
  for (const char* told :
       {R"("javascript:alert")", R"("https://a\u001b]8;;")", R"("https://a\nb")", "7", "null"})
    CHECK(page_of(told).empty());
}

TEST_CASE(
    "Suspended, preview and image-backed services are distinguished, and unknown types keep their word") {
  const auto page = parse_services(reply(R"([
    {"service":{"id":"srv-1","name":"p","type":"private_service","suspended":"suspended","autoDeploy":"no",
      "imagePath":"docker.io/library/nginx","serviceDetails":{"env":"image","runtime":"image","url":"p:10000",
      "healthCheckPath":"/ignored"}},"cursor":"a"},
    {"service":{"id":"srv-2","name":"q","type":"workflow","environmentId":null,
      "serviceDetails":{"parentServer":{"id":"srv-1","name":"p"},"disk":null}},"cursor":"b"},
    {"id":"crn-3","type":"cron_job","name":null,"serviceDetails":null}])"));
  REQUIRE(page);
  REQUIRE(page->items.size() == 3);
  CHECK(page->items[0].suspended);
  CHECK(page->items[0].image_backed);
  CHECK(page->items[0].auto_deploy == false);
  CHECK(page->items[1].auto_deploy == std::nullopt);
  CHECK(page->items[0].health_check_path.empty());
  CHECK(page->items[1].preview);
  CHECK_FALSE(page->items[1].has_disk);
  CHECK(page->items[1].environment == std::nullopt);
  CHECK(page->items[1].type == model::ServiceType::unknown);
  CHECK(page->items[1].type_text == "workflow");
  CHECK(page->items[2].name == "crn-3");
  CHECK(page->cursor == "");
}

TEST_CASE("A list of groups is read wrapped, as Render sends it, and bare, as documented") {
  const std::string meta =
      R"({"id":"evg-1","name":"shared","ownerId":"tea-1","createdAt":"2024-09-03T23:38:57.548501021Z",
    "updatedAt":"2024-09-03T23:38:59.437635Z","serviceLinks":[{"id":"srv-1","name":"a","type":"web"},
    {"id":"crn-2","name":"b","type":"cron"},{"id":"srv-1","name":"a","type":"web"}]})";
  const auto wrapped = parse_groups(reply("[{\"cursor\":\"c1\",\"envGroup\":" + meta + "}]\n"));
  const auto bare = parse_groups(reply("[" + meta + "]"));
  REQUIRE(wrapped);
  REQUIRE(bare);
  CHECK(wrapped->cursor == "c1");
  CHECK(bare->cursor == "");
  CHECK(wrapped->items == bare->items);
  const model::Group& group = bare->items.at(0);
  CHECK(group.links == std::vector{ServiceId{"srv-1"}, ServiceId{"crn-2"}});
  CHECK(group.created == parse_rfc3339("2024-09-03T23:38:57.548501Z"));
  CHECK(group.updated == parse_rfc3339("2024-09-03T23:38:59.437635Z"));
  CHECK(group.environment == std::nullopt);
  CHECK(group.variables == std::nullopt);
}

TEST_CASE("A group is read with its keys, newest first, and without values") {
  const auto group = parse_group(reply(R"({"createdAt":"2024-09-03T23:38:57.548501021Z","envVars":[
    {"key":"DATABASE_URL","value":"postgres://secret"},{"key":"INSTANCE_ID","value":"c2VjcmV0"},
    {"key":"EMPTY","value":null}],"id":"evg-1","name":"shared","ownerId":"tea-1","environmentId":"evm-9",
    "secretFiles":[{"content":"secret","name":"ca.pem"}],"serviceLinks":null,
    "updatedAt":"2024-09-03T23:38:57.548501021Z"})"));
  REQUIRE(group);
  REQUIRE(group->variables);
  CHECK(model::keys_of(*group->variables) ==
        std::vector<std::string>{"DATABASE_URL", "INSTANCE_ID", "EMPTY"});
  CHECK(group->secret_files == std::vector<std::string>{"ca.pem"});
  CHECK(group->environment == EnvironmentId{"evm-9"});
  CHECK(group->links.empty());
}

TEST_CASE("A group without variables in the reply has unknown keys, not none") {
  const auto hidden = parse_group(reply(R"({"id":"evg-1","name":"g","serviceLinks":[]})"));
  const auto none = parse_group(reply(R"({"id":"evg-1","name":"g","serviceLinks":[],"envVars":null})"));
  REQUIRE(hidden);
  REQUIRE(none);
  CHECK(hidden->variables == std::nullopt);
  REQUIRE(none->variables);
  CHECK(none->variables->empty());
}

TEST_CASE("Deploys of every recorded shape are read") {
  struct Row {
    const char* name;
    const char* body;
    model::DeployStatus status;
    bool has_started;
    bool has_finished;
  };
  using enum model::DeployStatus;
  const Row rows[] = {
      {"an image before its pre-deploy command",
       R"({"id":"dep-1","commit":null,"image":{"ref":"nginx:latest","sha":"sha256:c375"},
           "status":"pre_deploy_in_progress","trigger":"api","createdAt":"2025-01-13T16:42:08.549212Z",
           "updatedAt":"2025-01-13T16:42:08.650615Z","finishedAt":null})",
       pre_deploy_in_progress, false, false},
      {"a build with five digits of a second",
       R"({"id":"dep-1","commit":{"id":"bca0","message":"Fix \u0000","createdAt":"2024-08-14T21:28:24Z"},
           "status":"build_in_progress","trigger":"api","createdAt":"2025-01-13T16:48:10.46045Z"})",
       build_in_progress, false, false},
      {"a cron job that is live at once",
       R"({"id":"dep-1","status":"live","trigger":"api","createdAt":"2025-05-08T10:00:59.808909Z",
           "startedAt":"2025-05-08T10:00:59.808191Z","finishedAt":"2025-05-08T10:00:59.89361Z"})",
       live, true, true},
      {"nothing but an id", R"({"id":"dep-1"})", unknown_running, false, false},
      {"a future status", R"({"id":"dep-1","status":"scan_failed"})", unknown_failed, false, false},
      {"fields of the wrong type", R"({"id":"dep-1","status":7,"startedAt":1757000000,"finishedAt":"soon"})",
       unknown_running, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto deploy = parse_deploy(reply(row.body, 201));
    REQUIRE(deploy);
    CHECK(deploy->id == DeployId{"dep-1"});
    CHECK(deploy->status == row.status);
    CHECK(deploy->started.has_value() == row.has_started);
    CHECK(deploy->finished.has_value() == row.has_finished);
  }
  CHECK(parse_deploy(reply(R"({"id":"dep-1","status":"scan_failed"})"))->status_text == "scan_failed");
}

TEST_CASE("Lists of owners, deploys and variable keys are read, and empty ones are empty") {
  const auto owners =
      parse_owners(reply(R"([{"owner":{"id":"tea-1","name":"toolboxai","email":"a@example.com",
    "type":"team"},"cursor":"x"},{"owner":{"id":"usr-2","name":"me","type":"user"},"cursor":"y"}])"));
  REQUIRE(owners);
  CHECK(owners->items.at(1) == model::Owner{OwnerId{"usr-2"}, "me", "user"});
  CHECK(owners->cursor == "y");
  const auto deploys =
      parse_deploys(reply(R"([{"deploy":{"id":"dep-2","trigger":"new_commit"},"cursor":"z"}])"));
  REQUIRE(deploys);
  CHECK(deploys->items.at(0).trigger == "new_commit");
  const auto keys =
      parse_variables(reply(R"([{"envVar":{"key":"key2","value":"v"},"cursor":"f3"},{"key":"key1"}])"));
  REQUIRE(keys);
  CHECK(model::keys_of(keys->items) == std::vector<std::string>{"key2", "key1"});
  for (const char* nothing : {"[]\n", "null"}) {
    CHECK(parse_services(reply(nothing))->length == 0);
    CHECK(parse_variables(reply(nothing))->items.empty());
  }
}

TEST_CASE("Repeated items count once, at their first position, and a deploy in its latest state") {
  const auto deploys = parse_deploys(reply(R"([{"deploy":{"id":"dep-3","status":"build_in_progress"}},
      {"deploy":{"id":"dep-3","status":"live"},"cursor":"c"},{"deploy":{"id":"dep-2","status":"deactivated"}},
      {"deploy":{"id":"dep-1","status":"canceled"}},{"deploy":{"id":"dep-2","status":"live"}},
      {"deploy":{"id":"dep-1","status":"scanning"},"cursor":"z"}])"));
  REQUIRE(deploys);
  REQUIRE(deploys->items.size() == 3);
  CHECK(deploys->items[0].id == DeployId{"dep-3"});
  CHECK(deploys->items[0].status_text == "live");
  CHECK(deploys->items[1].id == DeployId{"dep-2"});
  CHECK(deploys->items[1].status_text == "deactivated");
  CHECK(deploys->items[2].status_text == "canceled");
  CHECK(deploys->length == 6);
  CHECK(deploys->cursor == "z");
  const auto groups = parse_groups(reply(R"([{"id":"evg-1","name":"a","serviceLinks":[{"id":"srv-1"}]},
      {"id":"evg-2","name":"b","serviceLinks":[]},{"id":"evg-1","name":"a","serviceLinks":[]}])"));
  REQUIRE(groups);
  REQUIRE(groups->items.size() == 2);
  CHECK(groups->items[0].links.size() == 1);
  const auto services = parse_services(reply(R"([{"id":"srv-1","name":"a"},{"id":"srv-1","name":"b"}])"));
  REQUIRE(services);
  REQUIRE(services->items.size() == 1);
  CHECK(services->items[0].name == "a");
}

TEST_CASE("Long texts are cut between two characters") {
  std::string name = "x";
  for (int i = 0; i < 400; ++i) name += "é";
  const auto page = parse_owners(reply(R"([{"id":"tea-1","name":")" + name + "\"}]"));
  REQUIRE(page);
  CHECK(page->items[0].name.size() == 511);
  CHECK(is_valid_utf8(page->items[0].name));
}

TEST_CASE("An invalid reply is refused with the place in it") {
  struct Row {
    const char* name;
    std::string body;
    const char* why;
  };
  const Row rows[] = {
      {"an empty body", "", "the reply is empty"},
      {"an object for a list", R"({"message":"x"})", "$ is not a list"},
      {"a list of numbers", "[1]", "$[0] is not an object"},
      {"a wrapper around nothing", R"([{"envGroup":null}])", "$[0].envGroup is not an object"},
      {"no id", R"([{"envGroup":{"id":"evg-1","serviceLinks":[]}},{"envGroup":{"name":"b"}}])",
       "$[1].envGroup.id is missing"},
      {"an id that is a number", R"([{"id":5}])", "$[0].id is not an id"},
      {"an id that escapes its path", R"([{"id":"../owners"}])", "$[0].id is not an id"},
      {"an endless id", R"([{"id":")" + std::string(129, 'a') + "\"}]", "$[0].id is not an id"},
      {"missing links", R"([{"id":"evg-1","name":"a"}])", "$[0].serviceLinks is missing"},
      {"links of another shape", R"([{"id":"evg-1","serviceLinks":{}}])", "$[0].serviceLinks is not a list"},
      {"a link without id", R"([{"id":"evg-1","serviceLinks":[{"id":"srv-1"},{"name":"b"}]}])",
       "$[0].serviceLinks[1].id is missing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto page = parse_groups(reply(row.body));
    REQUIRE_FALSE(page);
    CHECK(page.error().why == row.why);
    CHECK(page.error().request_id == "api-1/abc-1");
  }
}

TEST_CASE("Hostile bytes cause an error that does not repeat them") {
  struct Row {
    const char* name;
    std::string body;
  };
  const Row rows[] = {
      {"a depth bomb", std::string(1'000'000, '[')},
      {"a depth bomb of objects",
       [] {
         std::string body;
         for (int i = 0; i < 100'000; ++i) body += R"({"hunter2":)";
         return body;
       }()},
      {"cut short", R"([{"id":"evg-1","serviceLinks":[{"id":"hunter2)"},
      {"invalid UTF-8", "[{\"id\":\"evg-1\",\"name\":\"hunter2\xFF\",\"serviceLinks\":[]}]"},
      {"a lone surrogate", R"([{"id":"evg-1","name":"hunter2\ud800","serviceLinks":[]}])"},
      {"a web page", "<html>hunter2</html>"},
      {"two documents", R"([]["hunter2"])"},
      {"a NUL", std::string("[]\0hunter2", 10)},
      {"too large", "[\"hunter2" + std::string(std::size_t{9} * 1024 * 1024, ' ') + "\"]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto page = parse_groups(reply(row.body));
    REQUIRE_FALSE(page);
    CHECK(describe(page.error()).find("hunter2") == std::string::npos);
    CHECK(describe(page.error()).size() < 400);
    CHECK_FALSE(parse_deploy(reply(row.body)));
  }
}

TEST_CASE("Numbers of any size do not affect other fields") {
  for (const char* number : {"1e400", "-1e-400", "123456789012345678901234567890", "0.1e1"}) {
    CAPTURE(number);
    const auto deploy = parse_deploy(reply(std::string(R"({"id":"dep-1","n":)") + number + "}"));
    CHECK((!deploy || deploy->id == DeployId{"dep-1"}));
  }
}

}  // namespace
}  // namespace envlink::api
