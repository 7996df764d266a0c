#include "api/endpoints.h"

#include <doctest/doctest.h>

#include <array>

#include "api/authorization.h"
#include "api/bucket.h"

namespace envlink::api {
namespace {

const OwnerId owner{"tea-1"};
const ServiceId service{"srv-1"};
const GroupId group{"evg-1"};
const Time since{std::chrono::minutes(1)};

TEST_CASE("Every endpoint requests the documented path, in the bucket that Render counts it in") {
  const std::array groups = {GroupId{"evg-1"}, GroupId{"evg-\"2"}};
  struct Row {
    const char* name;
    Request request;
    const char* line;
    const char* body;
    const char* bucket;
  };
  const Row rows[] = {
      {"owners", list_owners(), "GET /owners?limit=100", "", "reads"},
      {"owners, next page", list_owners("f3T_-a=="), "GET /owners?limit=100&cursor=f3T_-a%3D%3D", "",
       "reads"},
      {"services", list_services(owner), "GET /services?ownerId=tea-1&includePreviews=false&limit=100", "",
       "reads"},
      {"services with previews", list_services(owner, {}, true),
       "GET /services?ownerId=tea-1&includePreviews=true&limit=100", "", "reads"},
      {"services, next page", list_services(owner, "a&b"),
       "GET /services?ownerId=tea-1&includePreviews=false&limit=100&cursor=a%26b", "", "reads"},
      {"groups", list_groups(owner), "GET /env-groups?ownerId=tea-1&limit=100", "", "reads"},
      {"group", get_group(group), "GET /env-groups/evg-1", "", "reads"},
      {"link", link_group(group, service), "POST /env-groups/evg-1/services/srv-1", "", "writes"},
      {"unlink", unlink_group(group, service), "DELETE /env-groups/evg-1/services/srv-1", "", "writes"},
      {"patch", patch_service_groups(service, groups), "PATCH /services/srv-1",
       R"({"envGroupIds":["evg-1","evg-\"2"]})", "service srv-1"},
      {"patch to none", patch_service_groups(service, {}), "PATCH /services/srv-1", R"({"envGroupIds":[]})",
       "service srv-1"},
      {"deploy", create_deploy(service, DeployMode::build_and_deploy), "POST /services/srv-1/deploys", "{}",
       "service srv-1"},
      {"deploy only", create_deploy(service, DeployMode::deploy_only), "POST /services/srv-1/deploys",
       R"({"deployMode":"deploy_only"})", "service srv-1"},
      {"deploy of a cron job", create_deploy(ServiceId{"crn-7"}, DeployMode::build_and_deploy),
       "POST /services/crn-7/deploys", "{}", "service crn"},
      {"deploys", list_deploys(service, 5), "GET /services/srv-1/deploys?limit=5", "", "reads"},
      {"deploys, more than Render gives", list_deploys(service, 500, "c"),
       "GET /services/srv-1/deploys?limit=100&cursor=c", "", "reads"},
      {"one deploy", get_deploy(service, DeployId{"dep-1"}), "GET /services/srv-1/deploys/dep-1", "",
       "reads"},
      {"variables", list_service_variables(service), "GET /services/srv-1/env-vars?limit=100", "", "reads"},
      {"audit log", list_audit_logs(owner, since, std::nullopt, Direction::backward),
       "GET /owners/tea-1/audit-logs?startTime=1970-01-01T00%3A01%3A00.000000Z&direction=backward&limit=1000",
       "", "reads"},
      {"audit log, next page", list_audit_logs(owner, since, since, Direction::forward, "a&b", 5000),
       "GET /owners/tea-1/audit-logs?startTime=1970-01-01T00%3A01%3A00.000000Z&endTime="
       "1970-01-01T00%3A01%3A00.000000Z&direction=forward&limit=1000&cursor=a%26b",
       "", "reads"},
      {"secret files", list_service_secret_files(service), "GET /services/srv-1/secret-files?limit=100", "",
       "reads"},
      {"an invalid id", get_group(GroupId{"../owners?a#b"}), "GET /env-groups/..%2Fowners%3Fa%23b", "",
       "reads"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(std::string(to_string(row.request.method)) + " " + row.request.target == row.line);
    CHECK(row.request.body == row.body);
    CHECK(bucket_of(row.request) == row.bucket);
    CHECK_FALSE(row.request.foreign);
  }
}

TEST_CASE("Other requests are counted in the right buckets") {
  struct Row {
    Method method;
    const char* target;
    const char* bucket;
  };
  const Row rows[] = {
      {Method::post, "/services", "creates"},
      {Method::post, "/services?x=1", "creates"},
      {Method::post, "/services/srv-1/scale", "service srv-1"},
      {Method::post, "/services/srv-1/suspend?now=1", "service srv-1"},
      {Method::post, "/services/srv-1/resume", "service srv-1"},
      {Method::post, "/services/srv-1/restart", "writes"},
      {Method::post, "/services/srv-1/deploys/dep-1/cancel", "writes"},
      {Method::delete_, "/services/srv-1", "writes"},
      {Method::put, "/services/srv-1/env-vars", "writes"},
      {Method::put, "/env-groups/evg-1/env-vars/A", "writes"},
      {Method::get, "/logs?ownerId=tea-1", "logs"},
      {Method::get, "/logs/streams/owner/tea-1", "reads"},
      {Method::get, "", "reads"},
      {Method::post, "//", "writes"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.target);
    CHECK(bucket_of({.method = row.method, .target = row.target}) == row.bucket);
  }
}

TEST_CASE("A health check goes to the service's own address, outside Render's API") {
  model::Service web;
  web.type = model::ServiceType::web_service;
  web.url = "https://shop.onrender.com/";
  web.health_check_path = "/health";
  const Request request = get_health(web);
  CHECK(request.target == "https://shop.onrender.com/health");
  CHECK(request.method == Method::get);
  CHECK(request.foreign);
  CHECK(bucket_of(request) == "");
}

TEST_CASE("Methods are found by their names, in upper case only") {
  for (const Method method : {Method::get, Method::post, Method::patch, Method::put, Method::delete_}) {
    CHECK(from_word<Method>(to_string(method)) == method);
  }
  CHECK(from_word<Method>("get") == std::nullopt);
  CHECK(from_word<Method>("") == std::nullopt);
}

TEST_CASE("The key is written to the Authorization header") {
  CHECK(Authorization::header(Secret("rnd_example")) == "Bearer rnd_example");
}

TEST_CASE("a request is about its service, else its group, else the whole workspace") {
  CHECK(subject_of(create_deploy(service, DeployMode::deploy_only)) == "srv-1");
  CHECK(subject_of(get_deploy(service, DeployId("dep-1"))) == "srv-1");
  CHECK(subject_of(list_service_variables(service, "cursor")) == "srv-1");
  CHECK(subject_of(link_group(group, service)) == "srv-1");
  CHECK(subject_of(get_group(group)) == "evg-1");
  CHECK(subject_of(list_services(OwnerId("tea-1"))).empty());
  CHECK(subject_of(list_groups(OwnerId("tea-1"))).empty());
  CHECK(subject_of(list_audit_logs(owner, since, since, Direction::forward)).empty());
}

}  // namespace
}  // namespace envlink::api
