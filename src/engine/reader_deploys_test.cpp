// Which services' deploys a reading lists.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "engine/workspace_reader.h"

using namespace envlink;
using namespace envlink::engine;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Time noon = *parse_rfc3339("2025-12-18T12:00:00Z");
constexpr const char* date = "Thu, 18 Dec 2025 12:00:00 GMT";

model::Desired file(std::size_t services) {
  model::Desired desired;
  desired.groups.emplace_back();
  desired.groups.back().name.text = "shared";
  for (std::size_t i = 0; i < services; ++i) {
    model::DesiredService wanted;
    wanted.name.text = fmt::format("s{}", i);
    wanted.link.push_back({"shared", {}});
    desired.services.push_back(std::move(wanted));
  }
  return desired;
}

std::string services_of(const model::Desired& desired) {
  std::string list;
  for (const auto& service : desired.services) {
    list += fmt::format(R"({}{{"cursor":"{}","service":{{"id":"srv-{}","name":"{}","type":"web_service"}}}})",
                        list.empty() ? "" : ",", service.name.text, service.name.text, service.name.text);
  }
  return "[" + list + "]";
}

/// `linked`: services that the group itself shows and the list of groups does not.
std::string answer(const model::Desired& desired, std::string_view target, const std::string& linked) {
  constexpr std::string_view group = R"("id":"evg-1","name":"shared","serviceLinks":[])";
  if (target.starts_with("/owners")) return R"([{"cursor":"o","owner":{"id":"tea-1","name":"shop"}}])";
  if (target.starts_with("/services?"))
    return target.find("cursor") == target.npos ? services_of(desired) : "[]";
  if (target.starts_with("/env-groups?")) return fmt::format("[{{{}}}]", group);
  if (target.starts_with("/env-groups/"))
    return fmt::format(R"({{"id":"evg-1","name":"shared","serviceLinks":[{}],"envVars":[]}})", linked);
  return "[]";
}

struct Read {
  model::Workspace workspace;
  std::set<std::string> listed;  // services whose deploys were listed
};

Read read(const model::Desired& desired, ReadOptions options, const std::string& linked = {}) {
  Read result;
  WorkspaceReader reader(desired, "", {}, std::move(options));
  for (Time now = noon; !reader.finished(); now += std::chrono::milliseconds(10)) {
    for (const Call& call : reader.step(now).calls) {
      const std::string& target = call.request.target;
      if (const auto end = target.find("/deploys"); end != target.npos)
        result.listed.insert(target.substr(10, end - 10));
      api::Response response{.status = 200,
                             .headers = {{"ratelimit-limit", "400"},
                                         {"ratelimit-remaining", "399"},
                                         {"ratelimit-reset", "30"},
                                         {"date", date}},
                             .body = answer(desired, target, linked)};
      reader.receive(now, {call.id, std::move(response)});
    }
  }
  REQUIRE(reader.result().has_value());
  result.workspace = *reader.result();
  return result;
}

}  // namespace

TEST_CASE("a service that was seen live long ago is listed again") {
  const auto seen = [](Duration before) {
    ReadOptions options{.include_preflight_data = false};
    model::Deploy deploy;
    deploy.id = DeployId("dep-1");
    options.seen_live[ServiceId("srv-s1")] = {deploy, noon - before};
    return options;
  };
  const Read recent = read(file(2), seen(minutes(14)));
  CHECK(recent.listed == std::set<std::string>{"srv-s0"});
  CHECK(recent.workspace.deploys_of(ServiceId("srv-s1")).front().id == DeployId("dep-1"));
  const Read old = read(file(2), seen(minutes(15) + seconds(2)));
  CHECK(old.listed == std::set<std::string>{"srv-s0", "srv-s1"});
  CHECK(old.workspace.deploys_of(ServiceId("srv-s1")).empty());
}

TEST_CASE("if many links change, services beyond the first hundred are listed later") {
  const Read all = read(file(120), {});
  CHECK(all.listed.size() == 120);
  const Read some = read(file(120), {.include_preflight_data = false, .most_listed = 100});
  CHECK(some.listed.size() == 100);
  CHECK(some.workspace.deploys_left.size() == 20);
  CHECK(some.workspace.deploys_left.contains(ServiceId("srv-s119")));
  CHECK_FALSE(some.listed.contains("srv-s119"));
  CHECK(some.workspace.deploys_at.at(ServiceId("srv-s0")) == noon);
}

TEST_CASE("if values change or --redeploy names all, no list is left out") {
  ReadOptions values{.include_preflight_data = false, .most_listed = 1};
  values.extra.values.push_back({.group = GroupId("evg-1")});
  CHECK(read(file(3), values).listed.size() == 3);
  ReadOptions everything{.include_preflight_data = false, .most_listed = 1};
  everything.extra.redeploy_all = true;
  CHECK(read(file(3), everything).listed.size() == 3);
}

TEST_CASE("a service is listed after all if the group itself shows its link") {
  const Read found = read(file(3), {.include_preflight_data = false, .most_listed = 1}, R"({"id":"srv-s2"})");
  CHECK(found.listed == std::set<std::string>{"srv-s0", "srv-s2"});
  CHECK(found.workspace.deploys_left == std::set<ServiceId>{ServiceId("srv-s1")});
}
