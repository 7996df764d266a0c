// Compares the emulator's replies with Render's API document. Where the real API is
// known to differ from the document, the difference is listed here; any other is an error.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <map>

#include "document.h"
#include "emulator/world.h"

namespace envlink::contract {
namespace {

namespace json = boost::json;
using emulator::World;
using model::ServiceType;

std::string id(std::string_view prefix, int number) {
  return fmt::format("{}-{:020}", prefix, number);
}

emulator::Workspace workspace() {
  emulator::Workspace out;
  const ServiceType types[] = {ServiceType::static_site, ServiceType::web_service,
                               ServiceType::private_service, ServiceType::background_worker,
                               ServiceType::cron_job};
  int number = 0;
  for (const bool image : {false, true}) {
    for (const ServiceType type : types) {
      if (image && type == ServiceType::static_site) continue;
      emulator::SeedService seed;
      seed.id = id(type == ServiceType::cron_job ? "crn" : "srv", number);
      seed.name = fmt::format("app-{}", number++);
      seed.type = type;
      seed.image = image;
      seed.pre_deploy = std::chrono::seconds(5);
      seed.variables = {{"A", "1"}, {"B", "2"}};
      out.services.push_back(std::move(seed));
    }
  }
  out.behaviour.audit_log = true;
  out.services[2].suspended = true;
  out.services[3].outcome = emulator::Outcome::build_failed;
  out.services[3].cause = emulator::Cause::pipeline_minutes_exhausted;
  out.services[6].outcome = emulator::Outcome::update_failed;
  out.services[7].preview_of = "app-1";
  out.services[7].environment = "evm-1";
  for (int i = 0; i < 3; ++i) {
    emulator::SeedGroup group;
    group.id = id("evg", i);
    group.name = fmt::format("group-{}", i);
    group.variables = {{"KEY", "value"}};
    group.secret_files = {{"ca.pem", "content"}};
    group.links = {"app-0", "app-4"};
    out.groups.push_back(std::move(group));
  }
  out.groups[2].environment = "evm-1";
  out.environments = {{.id = "evm-1", .name = "production", .is_protected = true},
                      {.id = "evm-2", .name = "staging"}};
  return out;
}

struct Step {
  api::Method method;
  std::string target;
  std::string body;
  int status;
};

/// Requests that produce a reply of every declared status that the emulator supports.
std::vector<Step> session() {
  const auto get = api::Method::get;
  const auto post = api::Method::post;
  const std::string web = "/services/" + id("srv", 1);
  const std::string failing = "/services/" + id("srv", 3);
  const std::string group = "/env-groups/" + id("evg", 0);
  const std::string suspended = "/services/" + id("srv", 2);
  const std::string audit_log = "/owners/tea-cexample0000000000000/audit-logs";
  const std::string logs = "/logs?ownerId=tea-cexample0000000000000&resource=" + id("srv", 3);
  std::vector<Step> steps = {
      {get, "/users", "", 200},
      {get, "/owners?limit=1", "", 200},
      {get, "/owners/tea-cexample0000000000000", "", 200},
      {get, "/owners/tea-none", "", 404},
      {get, "/services?limit=100", "", 200},
      {get, "/services/srv-none", "", 404},
      {get, web + "/env-vars?limit=1", "", 200},
      {get, web + "/secret-files?limit=1", "", 200},
      {get, "/env-groups?limit=100", "", 200},
      {get, "/env-groups?limit=101", "", 400},
      {get, group, "", 200},
      {get, "/env-groups/evg-none", "", 404},
      {post, group + web, "", 200},
      {post, group + web, "", 200},
      {post, "/env-groups/" + id("evg", 2) + web, "", 400},
      {post, group + "/services/srv-none", "", 404},
      {api::Method::put, group + "/env-vars/NEW", "{\"value\":\"1\"}", 200},
      {api::Method::put, group + "/env-vars/NEW", "{}", 400},
      {get, group + "/env-vars/NEW", "", 200},
      {get, group + "/env-vars/NONE", "", 404},
      {api::Method::put, group + "/secret-files/new.pem", "{\"content\":\"1\"}", 200},
      {api::Method::put, group + "/secret-files/new.pem", "{}", 400},
      {get, group + "/secret-files/new.pem", "", 200},
      {api::Method::delete_, group + "/secret-files/new.pem", "", 204},
      {api::Method::delete_, group + "/secret-files/new.pem", "", 404},
      {api::Method::patch, group, "{\"name\":\"renamed\"}", 200},
      {api::Method::patch, group, "{}", 400},
      {post, "/env-groups",
       R"({"name":"fresh","ownerId":"tea-cexample0000000000000","envVars":[{"key":"A","generateValue":true}],)"
       R"("secretFiles":[{"name":"ca.pem","content":"1"}],"serviceIds":[")" +
           id("srv", 1) + R"("]})",
       201},
      {post, "/env-groups", "{}", 400},
      {api::Method::delete_, group + "/env-vars/NEW", "", 204},
      {api::Method::delete_, group + "/env-vars/NEW", "", 404},
      {api::Method::delete_, group + web, "", 204},
      {api::Method::delete_, group + web, "", 404},
      {api::Method::delete_, "/env-groups/" + id("evg", 1), "", 204},
      {api::Method::put, web + "/env-vars/NEW", "{\"value\":\"1\"}", 200},
      {api::Method::put, web + "/env-vars/NEW", "{}", 400},
      {get, web + "/env-vars/NEW", "", 200},
      {api::Method::put, web + "/secret-files/new.pem", "{\"content\":\"1\"}", 201},
      {get, web + "/secret-files/new.pem", "", 200},
      {api::Method::delete_, web + "/secret-files/new.pem", "", 204},
      {get, web + "/secret-files/new.pem", "", 404},
      {api::Method::delete_, web + "/env-vars/NEW", "", 204},
      {api::Method::delete_, web + "/env-vars/NEW", "", 404},
      {post, suspended + "/resume", "", 202},
      {post, suspended + "/suspend", "", 202},
      {get, audit_log, "", 200},
      {get, audit_log + "?limit=1001", "", 400},
      {api::Method::patch, web, "{\"name\":\"renamed\",\"autoDeploy\":\"no\"}", 200},
      {post, web + "/deploys", "{}", 201},
      {post, web + "/deploys", "{}", 202},
      {post, web + "/deploys", "{\"deployMode\":\"never\"}", 400},
      {post, failing + "/deploys", "{}", 201},
      {post, "/services/" + id("crn", 8) + "/deploys", "{}", 201},
      {get, web + "/deploys?limit=100", "", 200},
      {get, "/services/" + id("crn", 8) + "/deploys?limit=100", "", 200},
      {get, web + "/deploys/dep-none", "", 404},
      {get, "/environments/evm-1", "", 200},
      {get, "/environments/evm-2", "", 200},
      {get, "/environments/evm-none", "", 404},
  };
  for (int i = 0; i < 9; ++i) {
    steps.push_back({get, "/services/" + id(i == 4 || i == 8 ? "crn" : "srv", i), "", 200});
  }
  steps.push_back({post, web + "/restart", "", 200});
  steps.push_back({post, web + "/scale", "{\"numInstances\":2}", 202});
  steps.push_back({get, failing + "/events", "", 200});
  steps.push_back({get, web + "/events", "", 200});
  steps.push_back({get, suspended + "/events", "", 200});
  steps.push_back({get, "/events/evt-none", "", 404});
  steps.push_back({get, logs, "", 200});
  steps.push_back({get, "/logs/values?label=type&" + logs.substr(logs.find('?') + 1), "", 200});
  return steps;
}

/// Requests that create, read, change and delete further objects. "{id}" in a path: the object that the last
/// 201 created.
std::vector<Step> objects() {
  using enum api::Method;
  const std::string owner = R"("ownerId":"tea-cexample0000000000000")";
  const std::string site = "/services/" + id("srv", 0);
  const std::string web = "/services/" + id("srv", 1);
  const std::string image = "/services/" + id("srv", 5);
  const std::string worker = id("srv", 3);
  const std::string overrides = "/notification-settings/overrides";
  const std::string streams = "/logs/streams";
  const std::string commands = R"("envSpecificDetails":{"buildCommand":"make","startCommand":"run"})";
  return {
      {post, "/projects", R"({"name":"shop",)" + owner + R"(,"environments":[{"name":"test"}]})", 201},
      {get, "/projects", "", 200},
      {get, "/projects/{id}", "", 200},
      {patch, "/projects/{id}", R"({"name":"store"})", 200},
      {post, "/environments", R"({"name":"demo","projectId":"{id}"})", 201},
      {get, "/environments?projectId=prj-example0000000000000", "", 200},
      {patch, "/environments/{id}", R"({"protectedStatus":"protected"})", 200},
      {post, "/environments/{id}/resources", R"({"resourceIds":[")" + worker + R"("]})", 201},
      {delete_, "/environments/evm-2/resources?resourceIds=" + worker, "", 204},
      {delete_, "/environments/evm-2", "", 204},
      {post, "/services",
       R"({"type":"web_service","name":"new",)" + owner +
           R"(,"repo":"https://github.com/example/new","serviceDetails":{"runtime":"go",)" + commands + "}}",
       201},
      {patch, web,
       R"({"buildFilter":{"paths":["a"],"ignoredPaths":["b"]},"serviceDetails":{"maxShutdownDelaySeconds":9,)"
       R"("ipAllowList":[{"cidrBlock":"10.0.0.0/8","description":"vpn"}],"renderSubdomainPolicy":"enabled",)"
       R"("cache":{"profile":"no-cache"},"preDeployCommand":"migrate"}})",
       200},
      {put, web + "/autoscaling",
       R"({"enabled":true,"min":1,"max":2,"criteria":{"cpu":{"enabled":true,"percentage":5},)"
       R"("memory":{"enabled":false,"percentage":5}}})",
       200},
      {post, "/disks",
       R"({"name":"data","sizeGB":5,"mountPath":"/data","serviceId":")" + id("srv", 1) + R"("})", 201},
      {get, "/disks", "", 200},
      {get, "/disks/{id}", "", 200},
      {patch, "/disks/{id}", R"({"sizeGB":9})", 200},
      {get, "/disks/{id}/snapshots", "", 201},
      {get, web, "", 200},
      {delete_, "/disks/{id}", "", 204},
      {delete_, web + "/autoscaling", "", 204},
      {post, web + "/scale", R"({"numInstances":2})", 202},
      {get, web + "/instances", "", 200},
      {post, web + "/restart", "", 200},
      {post, web + "/cache/purge", "", 202},
      {put, web + "/env-vars", R"([{"key":"A","value":"1"}])", 200},
      {put, web + "/secret-files", R"([{"name":"a","content":"1"}])", 200},
      {get, web + "/env-vars", "", 200},
      {get, web + "/secret-files", "", 200},
      {post, image + "/preview", R"({"imagePath":"docker.io/example/app-5:next"})", 200},
      {post, web + "/custom-domains", R"({"name":"shop.example.com"})", 201},
      {get, web + "/custom-domains", "", 200},
      {get, web + "/custom-domains/shop.example.com", "", 200},
      {post, web + "/custom-domains/shop.example.com/verify", "", 202},
      {delete_, web + "/custom-domains/shop.example.com", "", 204},
      {post, site + "/headers", R"({"path":"/*","name":"X-A","value":"1"})", 201},
      {get, site + "/headers", "", 200},
      {put, site + "/headers", R"([{"path":"/*","name":"X-A","value":"1"}])", 200},
      {post, site + "/routes", R"({"type":"redirect","source":"/a","destination":"/b"})", 201},
      {get, site + "/routes", "", 200},
      {delete_, site + "/routes/{id}", "", 204},
      {put, site + "/routes", R"([{"type":"rewrite","source":"/a","destination":"/b"}])", 200},
      {get, "/notification-settings/owners/tea-cexample0000000000000", "", 200},
      {patch, "/notification-settings/owners/tea-cexample0000000000000", R"({"emailEnabled":true})", 200},
      {patch, overrides + web, R"({"notificationsToSend":"failure"})", 200},
      {get, overrides + web, "", 200},
      {get, overrides, "", 200},
      {put, streams + "/owner/tea-cexample0000000000000",
       R"({"endpoint":"logs.example.com:1234","token":"made-up","preview":"send"})", 200},
      {get, streams + "/owner/tea-cexample0000000000000", "", 200},
      {delete_, streams + "/owner/tea-cexample0000000000000", "", 204},
      {get, streams + "/resource/" + worker, "", 404},
      {put, streams + "/resource/" + worker,
       R"({"endpoint":"logs.example.com:1234","token":"made-up","setting":"send"})", 200},
      {get, streams + "/resource/" + worker, "", 200},
      {get, streams + "/resource", "", 200},
      {delete_, streams + "/resource/" + worker, "", 204},
      {get, "/postgres", "", 200},
      {get, "/key-value", "", 200},
      {get, "/redis", "", 200},
      {get, "/workflows", "", 200},
      {delete_, "/services/" + id("srv", 2), "", 204},
  };
}

struct Seen {
  std::map<std::string, Findings> differences;  // by operation and status
  std::size_t replies = 0;
};

/// A bare copy of the list: Render wraps its entries, its document does not.
json::value without_wrapper(json::value list) {
  for (json::value& item : list.as_array()) {
    REQUIRE(item.at("cursor").is_string());
    json::value group = item.at("envGroup");
    item = std::move(group);
  }
  return list;
}

void look(Seen& seen, api::Method method, const std::string& target, const api::Response& reply,
          bool wrapped) {
  const std::string operation = document().operation_of(method, target.substr(0, target.find('?')));
  CAPTURE(target);
  REQUIRE_FALSE(operation.empty());
  bool declared = false;
  const json::value* schema = document().reply_schema(operation, reply.status, declared);
  const std::string name = fmt::format("{} {}", operation, reply.status);
  ++seen.replies;
  if (!declared) seen.differences[name].insert("undeclared status");
  if (declared) CHECK(reply.body.empty() == (schema == nullptr));
  if (!schema || reply.body.empty()) return;
  json::value body = json::parse(reply.body);
  if (wrapped && operation == "GET /env-groups" && reply.status == 200)
    body = without_wrapper(std::move(body));
  const Findings found = document().check(*schema, body);
  if (!found.empty()) seen.differences[name].insert(found.begin(), found.end());
}

Seen play(emulator::Workspace seeds) {
  const bool wrapped = seeds.behaviour.list_shape == emulator::ListShape::wrapped;
  Time now = *parse_rfc3339("2026-11-23T21:17:00Z");
  World world(std::move(seeds), now);
  Seen seen;
  const auto send = [&](const Step& step, std::string_view key = "Bearer rnd_example") {
    CAPTURE(step.target);
    const auto reply = world.handle(step.method, "/v1" + step.target, key, step.body, now);
    CHECK(reply.status == step.status);
    look(seen, step.method, step.target, reply, wrapped);
    now += std::chrono::seconds(7);
    return reply;
  };
  for (const Step& step : session()) send(step);
  std::string made;
  for (Step step : objects()) {
    for (std::string* text : {&step.target, &step.body}) {
      if (const std::size_t at = text->find("{id}"); at != std::string::npos) text->replace(at, 4, made);
    }
    const auto reply = send(step);
    const json::value body = reply.status == 201 ? json::parse(reply.body) : json::value();
    if (body.is_object() && body.as_object().contains("id")) made = body.at("id").as_string();
  }
  const std::string deploys = "/services/" + id("srv", 1) + "/deploys";
  now += std::chrono::hours(1);
  const std::string old = world.deploys().front().id;
  const auto events = world.handle(
      api::Method::get, "/v1/services/" + id("srv", 1) + "/events?limit=1&startTime=2026-11-01T00:00:00Z",
      "Bearer rnd_example", "", now);
  const std::string event(json::parse(events.body).at(0).at("event").at("id").as_string());
  send({api::Method::get, "/events/" + event, "", 200});
  const auto hook_with = [](std::string_view filter) {
    return R"({"ownerId":"tea-cexample0000000000000","name":"hook","url":"http://localhost:1","enabled":true,)"
           R"("eventFilter":)" +
           std::string(filter) + "}";
  };
  const auto hook = send({api::Method::post, "/webhooks", hook_with(R"(["server_restarted"])"), 201});
  const std::string webhook = "/webhooks/" + std::string(json::parse(hook.body).at("id").as_string());
  send({api::Method::post, "/webhooks", "{}", 400});
  send({api::Method::get, "/webhooks", "", 200});
  send({api::Method::get, webhook, "", 200});
  send({api::Method::patch, webhook, R"({"name":"renamed"})", 200});
  send({api::Method::patch, webhook, R"({"name":""})", 400});
  send({api::Method::post, "/services/" + id("srv", 1) + "/restart", "", 200});
  for (const emulator::DeliveryResult& result : {emulator::DeliveryResult{.error = "timed out"},
                                                 emulator::DeliveryResult{.status = 200, .body = "ok"}}) {
    const auto due = world.due_deliveries(now, 1);
    REQUIRE(due.size() == 1);
    world.delivered(due[0].number, result, now);
    now += std::chrono::seconds(7);
  }
  send({api::Method::get, webhook + "/events", "", 200});
  send({api::Method::delete_, webhook, "", 204});
  send({api::Method::delete_, webhook, "", 404});
  const auto all = send({api::Method::post, "/webhooks", hook_with("null"), 201});
  const std::string of_all = "/webhooks/" + std::string(json::parse(all.body).at("id").as_string());
  send({api::Method::get, of_all, "", 200});
  send({api::Method::delete_, of_all, "", 204});
  const auto created = send({api::Method::post, deploys, "{}", 201});
  const std::string running(json::parse(created.body).at("id").as_string());
  send({api::Method::get, deploys + "/" + running, "", 200});
  send({api::Method::post, deploys + "/" + running + "/cancel", "", 200});
  send({api::Method::post, deploys + "/" + running + "/cancel", "", 400});
  const std::string target = "/services/" + id("srv", 0) + "/rollback";
  send({api::Method::post, target, fmt::format("{{\"deployId\":\"{}\"}}", old), 201});
  send({api::Method::get, "/env-groups", "", 401}, "Bearer rnd_wrong");
  send({api::Method::get, "/owners/tea-cexample0000000000000/audit-logs", "", 401}, "Bearer rnd_wrong");
  now = std::chrono::ceil<std::chrono::minutes>(now);
  for (int i = 0; i < 10; ++i)
    world.handle(api::Method::post, "/v1" + deploys, "Bearer rnd_example", "{}", now);
  send({api::Method::post, deploys, "{}", 429});
  return seen;
}

// Where Render differs from its document, known from recorded replies and from the schema of Render's SDK.
const std::map<std::string, Findings>& documented_differences() {
  const std::string null_commit = "commit: null where a value of type object is declared";
  const auto null_ids = [](const std::string& at) {
    Findings findings;
    for (const char* ids : {"databasesIds", "envGroupIds", "redisIds", "serviceIds"})
      findings.insert(fmt::format("{}.{}: null where a value of type array is declared", at, ids));
    return findings;
  };
  static const std::map<std::string, Findings> table = {
      // These words are newer than the document: off, commit or checksPass.
      {"GET /services 200", {"[*].service.autoDeployTrigger: undeclared"}},
      {"GET /services/{serviceId} 200", {".autoDeployTrigger: undeclared"}},
      {"PATCH /services/{serviceId} 200", {".autoDeployTrigger: undeclared"}},
      {"POST /services 201", {".service.autoDeployTrigger: undeclared"}},
      {"POST /services/{serviceId}/preview 200", {".service.autoDeployTrigger: undeclared"}},
      // The document in Render's SDKs is newer, and requires it.
      {"GET /users 200", {".id: undeclared"}},
      // The document requires an event's cursor but does not declare it.
      {"GET /services/{serviceId}/events 200", {"[*].cursor: undeclared"}},
      // The same for the type of an override.
      {"GET /notification-settings/overrides 200", {"[*].override.type: missing"}},
      // Empty lists were recorded as null.
      {"GET /environments 200", null_ids("[*].environment")},
      {"GET /environments/{environmentId} 200", null_ids("")},
      {"PATCH /environments/{environmentId} 200", null_ids("")},
      {"POST /environments 201", null_ids("")},
      {"GET /webhooks/{webhookId} 200", {".eventFilter: null where a value of type array is declared"}},
      {"POST /webhooks 201", {".eventFilter: null where a value of type array is declared"}},
      // Recorded: 201, where the document has 200.
      {"POST /environments/{environmentId}/resources 201", {"undeclared status"}},
      // An image has no commit: the field is null, not missing.
      {"GET /services/{serviceId}/deploys 200", {"[*].deploy." + null_commit}},
      {"POST /services/{serviceId}/deploys 201", {"." + null_commit}},
  };
  return table;
}

TEST_CASE("every reply of the emulator matches Render's document, except for the recorded differences") {
  for (const auto shape : {emulator::ListShape::wrapped, emulator::ListShape::bare}) {
    emulator::Workspace seeds = workspace();
    seeds.behaviour.list_shape = shape;
    const Seen seen = play(std::move(seeds));
    CHECK(seen.replies >= 45);
    for (const auto& [where, findings] : seen.differences) {
      for (const std::string& finding : findings) {
        CAPTURE(where);
        CAPTURE(finding);
        const auto known = documented_differences().find(where);
        CHECK((known != documented_differences().end() && known->second.contains(finding)));
      }
    }
    CHECK(seen.differences == documented_differences());
  }
}

TEST_CASE("the wrapper around listed groups is not in Render's document") {
  const Time now = *parse_rfc3339("2026-11-23T21:17:00Z");
  World world(workspace(), now);
  const auto reply = world.handle(api::Method::get, "/v1/env-groups", "Bearer rnd_example", "", now);
  bool declared = false;
  const json::value* schema = document().reply_schema("GET /env-groups", 200, declared);
  const Findings found = document().check(*schema, json::parse(reply.body));
  CHECK(found.contains("[*].envGroup: undeclared"));
  CHECK(found.contains("[*].id: missing"));
}

TEST_CASE("the details of a service are those of its type") {
  const Time now = *parse_rfc3339("2026-11-23T21:17:00Z");
  World world(workspace(), now);
  const auto reply =
      world.handle(api::Method::get, "/v1/services/" + id("srv", 1), "Bearer rnd_example", "", now);
  json::value service = json::parse(reply.body);
  REQUIRE(service.at("type") == "web_service");
  const json::value& schema = document().component("service");
  CHECK(document().check(schema, service) == Findings{".autoDeployTrigger: undeclared"});
  // What is left fits a private service.
  service.at("serviceDetails").as_object().erase("healthCheckPath");
  CHECK(document().check(schema, service).contains(".serviceDetails.healthCheckPath: missing"));
  service.as_object()["type"] = "cron_job";
  CHECK(document().check(schema, service).contains(".serviceDetails.schedule: missing"));
}

TEST_CASE("the checker finds missing and undeclared fields, wrong types, words, dates and patterns") {
  struct Row {
    const char* schema;
    const char* value;
    Findings expected;
  };
  const Row rows[] = {
      {"error", "{}", {}},
      {"error", "{\"message\":1}", {".message: another type where a value of type string is declared"}},
      {"envVar", "{\"key\":\"A\"}", {".value: missing"}},
      {"envVar", "{\"key\":\"A\",\"value\":\"1\",\"more\":1}", {".more: undeclared"}},
      {"deploy",
       "{\"id\":\"dep-1\",\"status\":\"deploy_failed\"}",
       {".status: undeclared word \"deploy_failed\""}},
      {"deploy", "{\"id\":\"dep-1\",\"createdAt\":\"yesterday\"}", {".createdAt: no date-time"}},
      {"deploy", "[]", {": another type where a value of type object is declared"}},
      {"deployList", "[{\"deploy\":{}}]", {"[*].deploy.id: missing"}}};
  for (const Row& row : rows) {
    CAPTURE(row.schema);
    CAPTURE(row.value);
    CHECK(document().check(document().component(row.schema), json::parse(row.value)) == row.expected);
  }
  CHECK(document().operation_of(api::Method::get, "/deploys/dep-1").empty());
  CHECK(document().operation_of(api::Method::get, "/services/srv-1/env-groups").empty());
}

}  // namespace
}  // namespace envlink::contract
