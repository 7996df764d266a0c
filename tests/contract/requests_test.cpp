// Compares every request that envlink builds with Render's API document.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "api/endpoints.h"
#include "api/written_value.h"
#include "document.h"

namespace envlink::contract {
namespace {

namespace json = boost::json;

std::string id(std::string_view prefix, int number) {
  return fmt::format("{}-{:020}", prefix, number);
}

struct Built {
  const char* name;  // of the builder, then what is special
  api::Request request;
  Findings differences;  // of its body
};

std::vector<Built> all_requests() {
  const OwnerId owner("tea-c example");
  const ServiceId service(id("srv", 1));
  const GroupId group(id("evg", 0));
  const std::vector<GroupId> groups = {group};
  const api::GroupToMake full{
      .name = "new",
      .owner = owner,
      .environment = EnvironmentId("evm-1"),
      .values = {{"A", api::WrittenValue::body("A", Secret("1"))},
                 {"file:ca.pem", api::WrittenValue::body("file:ca.pem", Secret("1"))}},
      .services = {service}};
  return {
      {"list_owners", api::list_owners("a-b_c"), {}},
      {"list_services", api::list_services(owner, "a-b_c"), {}},
      {"list_services, previews too", api::list_services(owner, {}, true), {}},
      {"list_services_called", api::list_services_called(owner, "a b,c"), {}},
      {"list_groups", api::list_groups(owner, "a-b_c"), {}},
      {"list_groups_called", api::list_groups_called(owner, "a b,c", "a-b_c"), {}},
      {"make_group",
       api::make_group(api::WrittenValue::body(api::GroupToMake{.name = "new", .owner = owner})),
       {}},
      {"make_group, with content and links", api::make_group(api::WrittenValue::body(full)), {}},
      {"get_group", api::get_group(group), {}},
      {"get_service", api::get_service(service), {}},
      {"get_environment", api::get_environment(EnvironmentId("evm-1")), {}},
      {"link_group", api::link_group(group, service), {}},
      {"unlink_group", api::unlink_group(group, service), {}},
      // The PATCH of Render's guide is the only body that the document does not declare.
      {"patch_service_groups", api::patch_service_groups(service, groups), {".envGroupIds: undeclared"}},
      {"create_deploy", api::create_deploy(service, api::DeployMode::build_and_deploy), {}},
      {"create_deploy, deploy_only", api::create_deploy(service, api::DeployMode::deploy_only), {}},
      {"roll_back", api::roll_back(service, DeployId(id("dep", 1))), {}},
      {"list_deploys", api::list_deploys(service, 5, "a-b_c"), {}},
      {"get_deploy", api::get_deploy(service, DeployId(id("dep", 1))), {}},
      {"list_service_variables", api::list_service_variables(service, "a-b_c"), {}},
      {"list_service_secret_files", api::list_service_secret_files(service, "a-b_c"), {}},
      {"list_events", api::list_events(service, Time{}, "a-b_c"), {}},
      {"list_audit_logs", api::list_audit_logs(owner, Time{}, Time{}, api::Direction::backward, "a-b_c"), {}},
      {"list_audit_logs, forward, no end",
       api::list_audit_logs(owner, Time{}, std::nullopt, api::Direction::forward),
       {}},
      {"list_logs", api::list_logs(owner, service, api::LogKind::both, Time{}, Time{}), {}},
      {"list_logs, of the build",
       api::list_logs(owner, service, api::LogKind::build, Time{}, std::nullopt),
       {}},
      {"put_value", api::put_value(group, "A", api::WrittenValue::body("A", Secret("1"))), {}},
      {"put_value, a secret file",
       api::put_value(group, "file:ca.pem", api::WrittenValue::body("file:ca.pem", Secret("1"))),
       {}},
      {"delete_value", api::delete_value(group, "A"), {}},
      {"delete_value, a secret file", api::delete_value(group, "file:ca.pem"), {}},
      {"set_auto_deploy, yes or no", api::set_auto_deploy(service, "no"), {}},
      // These words are newer than the document.
      {"set_auto_deploy", api::set_auto_deploy(service, "off"), {".autoDeployTrigger: undeclared"}}};
}

/// The names of the functions in src/api/endpoints.h that return a request.
std::set<std::string> builders() {
  std::ifstream file(ENVLINK_CONTRACT_DIR "/../../src/api/endpoints.h");
  std::stringstream text;
  text << file.rdbuf();
  const std::string header = text.str();
  const std::regex declaration(R"((?:^|\n)Request (\w+)\()");
  std::set<std::string> names;
  for (std::sregex_iterator at(header.begin(), header.end(), declaration), end; at != end; ++at) {
    names.insert((*at)[1].str());
  }
  return names;
}

TEST_CASE("every request that envlink builds is declared: method, path, query and the fields of its body") {
  for (const Built& built : all_requests()) {
    CAPTURE(built.name);
    const std::string_view target = built.request.target;
    const std::size_t question = std::min(target.find('?'), target.size());
    const std::string operation = document().operation_of(built.request.method, target.substr(0, question));
    REQUIRE_FALSE(operation.empty());
    CHECK_FALSE(built.request.foreign);
    CHECK(document().check_query(operation, target.substr(std::min(question + 1, target.size()))) ==
          Findings{});

    const json::value* schema = document().body_schema(operation);
    const std::string body(api::WrittenValue::body_of(built.request));
    CHECK((schema != nullptr) == !body.empty());
    if (!schema) continue;
    CHECK(document().check(*schema, json::parse(body)) == built.differences);
  }
}

TEST_CASE("no builder of requests is missing in the table") {
  std::set<std::string> missing = builders();
  CHECK(missing.size() >= 20);
  for (const Built& built : all_requests()) {
    const std::string_view name = built.name;
    missing.erase(std::string(name.substr(0, name.find(','))));
  }
  // The health check of a service is not a request to Render.
  CHECK(fmt::to_string(fmt::join(missing, ", ")) == "get_health");
}

TEST_CASE("the checker of queries knows types, words, bounds, lists, repetition and what is required") {
  struct Row {
    const char* operation;
    const char* query;
    Findings expected;
  };
  const Row rows[] = {
      {"GET /services", "", {}},
      {"GET /services", "limit=1&limit=2", {"limit: repeated"}},
      {"GET /services", "limit=0", {"limit: below 1"}},
      {"GET /services", "limit=101", {"limit: above 100"}},
      {"GET /services", "limit=many", {"limit: another type where a value of type integer is declared"}},
      {"GET /services",
       "includePreviews=yes",
       {"includePreviews: another type where a value of type boolean is declared"}},
      {"GET /services", "type=web_service,cron_job", {}},
      {"GET /services", "type=web_service&type=cron_job", {"type: repeated"}},
      {"GET /services", "type=web_service,web", {"type: undeclared word \"web\""}},
      {"GET /services", "name=a%2Cb,c%20d", {}},
      {"GET /services", "createdBefore=yesterday", {"createdBefore: no date-time"}},
      {"GET /services", "createdBefore=2026-11-23T21%3A17%3A00Z", {}},
      {"GET /services", "colour=green", {"colour: undeclared"}},
      {"GET /services/{serviceId}/deploys", "status=live&status=queued", {}},
      {"GET /services/{serviceId}/deploys",
       "status=live,queued",
       {"status: undeclared word \"live,queued\""}},
      {"GET /logs", "ownerId=tea-1", {"resource: missing"}},
      {"GET /logs", "ownerId=tea-1&resource=srv-1&direction=up", {"direction: undeclared word \"up\""}},
      {"GET /metrics/cpu", "resolutionSeconds=1.5", {"resolutionSeconds: below 30"}}};
  for (const Row& row : rows) {
    CAPTURE(row.operation);
    CAPTURE(row.query);
    CHECK(document().check_query(row.operation, row.query) == row.expected);
  }
}

}  // namespace
}  // namespace envlink::contract
