// Whose deploys a reading lists.

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

std::string answer(const model::Desired& desired, std::string_view target) {
  constexpr std::string_view group = R"("id":"evg-1","name":"shared","serviceLinks":[])";
  if (target.starts_with("/owners")) return R"([{"cursor":"o","owner":{"id":"tea-1","name":"shop"}}])";
  if (target.starts_with("/services?"))
    return target.find("cursor") == target.npos ? services_of(desired) : "[]";
  if (target.starts_with("/env-groups?")) return fmt::format("[{{{}}}]", group);
  if (target.starts_with("/env-groups/")) return fmt::format(R"({{{},"envVars":[]}})", group);
  return "[]";
}

struct Read {
  model::Workspace workspace;
  std::set<std::string> listed;  // services whose deploys were
};

Read read(const model::Desired& desired, ReadOptions options) {
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
                             .body = answer(desired, target)};
      reader.receive(now, {call.id, std::move(response)});
    }
  }
  REQUIRE(reader.result().has_value());
  result.workspace = *reader.result();
  return result;
}

}  // namespace

TEST_CASE("a deploy that was seen live is listed again when that was long ago") {
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
