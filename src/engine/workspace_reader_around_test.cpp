// What is read around the services of the file: environments, services that the list does not show, and what
// --redeploy and the journal add.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "engine/workspace_reader.h"
#include "plan/fetch_scope.h"
#include "plan/make_plan.h"

using namespace envlink;
using namespace envlink::engine;

namespace {

const Time start{std::chrono::hours(1000)};

struct Answer {
  std::string body;
  int status = 200;
};

struct Outcome {
  Result<model::Workspace> result;
  ReadCounts counts{};
  std::vector<std::string> targets{};

  std::ptrdiff_t asked(std::string_view target) const { return std::ranges::count(targets, target); }
};

/// base and core are in evm-1, edge is in none; shared is linked to all and to two that the list does not
/// show.
Answer usual(std::string_view target) {
  if (target.starts_with("/owners")) return {R"([{"cursor":"o","owner":{"id":"tea-1","name":"shop"}}])"};
  if (target.starts_with("/services?")) {
    return {R"([{"cursor":"1","service":{"id":"srv-1","name":"base","environmentId":"evm-1"}},
                {"cursor":"2","service":{"id":"srv-2","name":"core","environmentId":"evm-1"}},
                {"cursor":"3","service":{"id":"srv-3","name":"edge","environmentId":"evm-2"}}])"};
  }
  const std::string group =
      R"({"id":"evg-1","name":"shared","updatedAt":"1970-02-10T00:00:00Z",
          "serviceLinks":[{"id":"srv-1"},{"id":"srv-2"},{"id":"srv-gone"},{"id":"srv-pr"}])";
  if (target.starts_with("/env-groups?")) return {"[" + group + "}]"};
  if (target == "/env-groups/evg-1") return {group + R"(,"envVars":[]})"};
  if (target == "/environments/evm-1")
    return {R"({"id":"evm-1","name":"production","serviceIds":null,"protectedStatus":"protected"})"};
  if (target == "/services/srv-pr")
    return {R"({"id":"srv-pr","name":"pr","serviceDetails":{"parentServer":{"id":"srv-1"}}})"};
  if (target == "/services/srv-gone") return {R"({"message":"not found: srv-gone"})", 404};
  if (target.find("/deploys") != std::string_view::npos) {
    return {R"([{"cursor":"d","deploy":{"id":"dep-1","status":"live","createdAt":"1970-02-11T00:00:00Z"}}])"};
  }
  return {"[]"};
}

/// base and core, already linked to shared.
model::Desired file() {
  model::Desired desired;
  desired.groups.push_back({});
  desired.groups.back().name.text = "shared";
  for (const char* name : {"base", "core"}) {
    desired.services.push_back({});
    desired.services.back().name.text = name;
    desired.services.back().link.push_back({"shared", {}});
  }
  return desired;
}

Outcome read_workspace(ReadOptions options = {},
                       const std::function<Answer(std::string_view)>& answer = usual,
                       model::Desired desired = file()) {
  desired.api.retries = 0;
  WorkspaceReader reader(desired, "", {}, std::move(options));
  Outcome outcome{fail({})};
  for (Time now = start; !reader.finished(); now += std::chrono::milliseconds(10)) {
    for (const Call& call : reader.step(now).calls) {
      outcome.targets.push_back(call.request.target);
      Answer told = answer(call.request.target);
      reader.receive(now, {call.id, api::Response{.status = told.status,
                                                  .headers = {{"ratelimit-limit", "400"},
                                                              {"ratelimit-remaining", "399"},
                                                              {"ratelimit-reset", "30"}},
                                                  .body = std::move(told.body)}});
    }
  }
  outcome.result = reader.result();
  outcome.counts = reader.requests();
  return outcome;
}

}  // namespace

TEST_CASE("each environment of the file's groups and services is read once, and no other") {
  const Outcome outcome = read_workspace();
  REQUIRE(outcome.result);
  CHECK(outcome.counts.environments == 1);
  CHECK(outcome.asked("/environments/evm-1") == 1);
  CHECK(outcome.asked("/environments/evm-2") == 0);
  REQUIRE(outcome.result->environments.size() == 1);
  CHECK(outcome.result->environments.at(EnvironmentId("evm-1")) ==
        model::Environment{"production", true, ""});
  CHECK(outcome.counts.total() == outcome.targets.size());
}

TEST_CASE("without a preflight, nothing around the services is read") {
  const Outcome outcome = read_workspace({.include_preflight_data = false});
  CHECK(outcome.counts.environments == 0);
  CHECK(outcome.counts.unlisted == 0);
}

TEST_CASE("an environment that cannot be read is not a failure, and the reason is kept") {
  const Answer answers[] = {{R"({"message":"not found: evm-1"})", 404}, {R"({"message":"no"})", 403}, {"{"}};
  for (const Answer& instead : answers) {
    CAPTURE(instead.status);
    const Outcome outcome = read_workspace({}, [&](std::string_view target) {
      return target == "/environments/evm-1" ? instead : usual(target);
    });
    REQUIRE(outcome.result);
    const model::Environment& read = outcome.result->environments.at(EnvironmentId("evm-1"));
    CHECK(read.unread.find("could not read environment evm-1") != std::string::npos);
    CHECK_FALSE(read.is_protected);
  }
}

TEST_CASE("an unknown protection status does not count as unprotected") {
  const Outcome outcome = read_workspace({}, [&](std::string_view target) {
    return target == "/environments/evm-1" ? Answer{R"({"id":"evm-1","protectedStatus":"half"})"}
                                           : usual(target);
  });
  REQUIRE(outcome.result);
  CHECK(outcome.result->environments.at(EnvironmentId("evm-1")) == model::Environment{"", std::nullopt, ""});
}

TEST_CASE("a few of the services that a group shows and the list does not are looked up") {
  const Outcome outcome = read_workspace();
  REQUIRE(outcome.result);
  CHECK(outcome.counts.unlisted == 2);
  CHECK(outcome.result->unlisted.at(ServiceId("srv-gone")) == model::Unlisted::gone);
  CHECK(outcome.result->unlisted.at(ServiceId("srv-pr")) == model::Unlisted::preview);

  const Outcome many = read_workspace({}, [](std::string_view target) {
    std::string body = usual(target).body;
    std::string links;
    for (int i = 0; i < 30; ++i) links += R"({"id":"srv-x)" + std::to_string(i) + R"("},)";
    if (const auto at = body.find(R"({"id":"srv-gone"})"); at != std::string::npos) body.insert(at, links);
    return Answer{body};
  });
  CHECK(many.counts.unlisted == plan::most_looked_up);
}

TEST_CASE("a service that is not found is looked for among the previews, by its name or id") {
  const char* pr = R"({"id":"srv-pr","name":"base PR #1","serviceDetails":{"parentServer":{"id":"srv-1"}}})";
  const auto with_preview = [pr](std::string_view target) {
    return target.find("includePreviews=true") == std::string_view::npos
               ? usual(target)
               : Answer{R"([{"cursor":"p","service":)" + std::string(pr) + "}]"};
  };
  for (const char* word : {"base PR #1", "srv-pr"}) {
    CAPTURE(std::string(word));
    model::Desired desired = file();
    desired.services[1].name.text = word;
    const Outcome outcome = read_workspace({}, with_preview, desired);
    REQUIRE(outcome.result);
    const plan::Plan plan = plan::make_plan(desired, *outcome.result);
    const auto found = std::ranges::find(plan.findings, "service-preview", &plan::Finding::id);
    CHECK(found != plan.findings.end());
  }
}

TEST_CASE("a service is read closely if --redeploy names it or it is not known to run with its groups") {
  model::Desired kept = file();
  kept.rollout.unknown = model::OnUnknown::keep;
  CHECK(read_workspace({}, usual, kept).counts.variables == 0);
  ReadOptions named;
  named.extra.redeploy = {"core"};
  const Outcome redeployed = read_workspace(named, usual, kept);
  CHECK(redeployed.counts.variables == 1);
  CHECK(redeployed.asked("/services/srv-2/env-vars?limit=100") == 1);
  ReadOptions all;
  all.extra.redeploy_all = true;
  CHECK(read_workspace(all, usual, kept).counts.variables == 2);

  CHECK(read_workspace().counts.variables == 2);
  ReadOptions known;
  known.history = [](const model::Workspace& workspace) {
    CHECK(workspace.owner.id == OwnerId("tea-1"));
    model::Workspace adopted = workspace;
    adopted.digest_key = "key";
    adopted.deploys.erase(ServiceId("srv-1"));
    plan::History history;
    history.adopt(adopted);
    return history;
  };
  const Outcome one = read_workspace(known);
  CHECK(one.counts.variables == 1);
  CHECK(one.asked("/services/srv-1/env-vars?limit=100") == 1);
}

TEST_CASE("to explain a service, groups that the file links to it are read too") {
  model::Desired desired = file();
  desired.services.push_back({});
  desired.services.back().name.text = "edge";
  desired.services.back().link.push_back({"shared", {}});
  CHECK(read_workspace({.single_service = "edge"}, usual, desired).counts.group_reads == 1);
  CHECK(read_workspace({.single_service = "edge"}).counts.group_reads == 0);
}

TEST_CASE("all groups are read with a request each, previews are listed, and nothing else is read") {
  const auto two = [](std::string_view target) -> Answer {
    const std::string more = R"({"id":"evg-2","name":"more","serviceLinks":[])";
    if (target.starts_with("/env-groups?"))
      return {R"([{"id":"evg-1","name":"shared","serviceLinks":[]},)" + more + "}]"};
    if (target == "/env-groups/evg-2") return {R"({"message":"no"})", 403};
    return usual(target);
  };
  std::vector<std::pair<std::size_t, std::size_t>> counted;
  const auto count = [&](std::size_t read, std::size_t of) { counted.emplace_back(read, of); };
  const Outcome all =
      read_workspace({.include_preflight_data = false, .every_group = true, .group_read = count}, two, {});
  CHECK(counted == std::vector<std::pair<std::size_t, std::size_t>>{{1, 2}, {2, 2}});
  REQUIRE(all.result);
  CHECK(all.counts.deploys + all.counts.variables + all.counts.environments + all.counts.unlisted == 0);
  CHECK(all.asked("/services?ownerId=tea-1&includePreviews=true&limit=100") == 1);
  CHECK(all.counts.group_reads == 2);
  CHECK(all.result->groups[0].name == "more");
  CHECK_FALSE(all.result->groups[0].variables);
  CHECK(all.result->groups[1].variables);
  REQUIRE(all.result->unread.size() == 1);
  CHECK(all.result->unread[0].group == GroupId("evg-2"));
  const auto failing = [&](std::string_view target) -> Answer {
    return target == "/env-groups/evg-2" ? Answer{"{}", 400} : two(target);
  };
  CHECK_FALSE(read_workspace({.include_preflight_data = false, .every_group = true}, failing, {}).result);
}
