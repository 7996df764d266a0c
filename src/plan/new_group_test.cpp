#include "plan/new_group.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "plan/values.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

model::Workspace two_services_of_old() {
  model::Workspace actual;
  actual.owner.id = OwnerId("tea-1");
  for (const char* id : {"srv-a", "srv-b"}) {
    model::Service service;
    service.id = ServiceId(id);
    service.name = id;
    service.type = model::ServiceType::web_service;
    actual.services.push_back(std::move(service));
  }
  for (const char* id : {"evg-old", "evg-other"}) {
    model::Group group;
    group.id = GroupId(id);
    group.name = id;
    group.variables = {{.key = "KEPT"}, {.key = "GONE"}};
    group.links = {ServiceId("srv-a"), ServiceId("srv-b")};
    actual.groups.push_back(std::move(group));
  }
  return actual;
}

PlanOptions with_kept() {
  model::Variable kept{.key = "KEPT"};
  kept.digest = model::ValueDigest(model::ValueDigest::Bytes{});
  PlanOptions options;
  options.values.push_back({.group = not_made, .given = {kept}});
  return options;
}

}  // namespace

TEST_CASE("in a swap every service gets the new group, loses the old one and keeps the others") {
  const model::Workspace actual = two_services_of_old();
  const model::Desired consumers = consumers_of({}, actual.groups[0], actual, {});
  const Plan plan = make_new_group(consumers, actual, {not_made, "fresh", {}}, with_kept());
  REQUIRE(plan.links.size() == 4);
  for (const LinkChange& link : plan.links) {
    const bool add = link.action == LinkAction::add;
    CHECK(link.group == (add ? not_made : GroupId("evg-old")));
    CHECK(link.group_name == (add ? "fresh" : "evg-old"));
  }
  CHECK(plan.deploys() == 2);
  CHECK_FALSE(plan.refused());
  const auto missing = std::ranges::find(plan.findings, "swap-missing", &Finding::id);
  REQUIRE(missing != plan.findings.end());
  CHECK(missing->variable == "GONE");
}

TEST_CASE("a file that names the replaced group is reported") {
  const model::Workspace actual = two_services_of_old();
  model::Desired file;
  file.file = "envlink.yaml";
  file.groups.emplace_back().name = {"evg-old", {3, 5}};
  const Plan plan = make_new_group(consumers_of(file, actual.groups[0], actual, {}), actual,
                                   {not_made, "fresh", {}}, with_kept());
  const auto told = std::ranges::find(plan.findings, "swap-file", &Finding::id);
  REQUIRE(told != plan.findings.end());
  CHECK(told->place.line == 3);
  const Plan unnamed = make_new_group(consumers_of({}, actual.groups[0], actual, {}), actual,
                                      {not_made, "fresh", {}}, with_kept());
  CHECK(std::ranges::none_of(unnamed.findings, [](const auto& one) { return one.id == "swap-file"; }));
}

TEST_CASE("the new group's id replaces the placeholder everywhere in the plan") {
  const model::Workspace actual = two_services_of_old();
  const model::Desired consumers = consumers_of({}, actual.groups[0], actual, {});
  Plan plan = make_new_group(consumers, actual, {not_made, "fresh", {}}, with_kept());
  plan.name_new_group(GroupId("evg-new"));
  CHECK(plan.new_group->id == GroupId("evg-new"));
  CHECK(plan.values.front().group == GroupId("evg-new"));
  CHECK(std::ranges::none_of(plan.links, [](const auto& one) { return one.group == not_made; }));
  for (const PlannedService& service : plan.services) {
    CHECK(std::ranges::count(service.final_groups, GroupId("evg-new")) == 1);
    CHECK(std::ranges::count(service.final_groups, GroupId("evg-old")) == 0);
    CHECK(std::ranges::count(service.final_groups, GroupId("evg-other")) == 1);
  }
}

TEST_CASE("creating a group alone changes nothing else") {
  const model::Workspace actual = two_services_of_old();
  const Plan plan = make_new_group({}, actual, {not_made, "fresh", {}}, with_kept());
  CHECK(plan.links.empty());
  CHECK(plan.deploys() == 0);
  CHECK(plan.values.size() == 1);
  CHECK(plan.findings.empty());
  CHECK_FALSE(plan.empty());
}
