#include "plan/values.h"

#include <doctest/doctest.h>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

model::Variable valued(std::string key, unsigned char value) {
  model::ValueDigest::Bytes bytes{};
  bytes[0] = value;
  return {.key = std::move(key), .facts = {.told = true}, .digest = model::ValueDigest(bytes)};
}

/// base ← middle ← edge; the group is linked to base, edge and a service outside the file.
struct Chain {
  Chain() {
    for (const char* name : {"base", "middle", "edge", "other"}) {
      model::Service service;
      service.id = ServiceId(std::string("srv-") + name);
      service.name = name;
      actual.services.push_back(service);
    }
    group.id = GroupId("evg-1");
    group.name = "shared";
    group.variables = std::vector{valued("A", 1), valued("B", 2)};
    group.secret_files = {"ca.pem"};
    group.secret_file_digests.emplace("ca.pem", *valued("", 3).digest);
    group.links = {ServiceId("srv-base"), ServiceId("srv-edge"), ServiceId("srv-other")};
    actual.groups = {group};
    for (const char* name : {"base", "middle", "edge"}) {
      model::DesiredService service;
      service.name.text = name;
      file.services.push_back(service);
    }
    file.services[1].after = {{"base", {}}};
    file.services[2].after = {{"middle", {}}};
  }
  model::Workspace actual;
  model::Group group;
  model::Desired file;
};

std::vector<std::string> names(const model::Desired& desired) {
  std::vector<std::string> all;
  for (const model::DesiredService& service : desired.services) all.push_back(service.name.text);
  return all;
}

}  // namespace

TEST_CASE("wanted values are compared with those of a group by digest") {
  const Chain chain;
  const std::vector<GroupValues> asked = {
      {.group = chain.group.id,
       .given = {valued("A", 1), valued("B", 9), valued("C", 4), valued("file:ca.pem", 5)},
       .removed = {"B2", "A"}}};
  const ComparedValues compared = compare_values(asked, chain.actual);
  REQUIRE(compared.changes.size() == 4);
  CHECK(compared.changes[0].key == "B");
  CHECK(compared.changes[0].exists);
  CHECK_FALSE(compared.changes[0].before.empty());
  CHECK(compared.changes[1].key == "C");
  CHECK_FALSE(compared.changes[1].exists);
  CHECK(compared.changes[1].before.empty());
  CHECK(compared.changes[2].key == "file:ca.pem");
  CHECK(compared.changes[3].action == ValueAction::unset);
  CHECK(compared.changes[3].after.empty());
  CHECK(compared.unchanged.at(chain.group.id) == std::vector<std::string>{"A"});

  const model::Workspace after = with_values(chain.actual, asked);
  CHECK_FALSE(after.groups[0].holds("A"));
  CHECK(after.groups[0].digest_of("B") == valued("B", 9).digest);
  CHECK(after.groups[0].digest_of("file:ca.pem") == valued("", 5).digest);
  CHECK(after.groups[0].secret_files.size() == 1);
}

TEST_CASE("a group of the file is found by its name, and variables without a source are removed") {
  Chain chain;
  model::DesiredGroup wanted;
  wanted.name.text = "secrets";
  wanted.id = SourceString{"evg-1", {}};
  chain.actual.groups[0].name = "secrets";
  chain.file.groups = {wanted};
  const Match matched = match(chain.file, chain.actual);
  const auto resolved = resolve_values(
      {{.in_file = "secrets", .given = {valued("A", 9), valued("file:ca.pem", 9)}, .prune = true},
       {.in_file = "other", .given = {valued("A", 9)}}},
      matched, chain.actual);
  REQUIRE(resolved.size() == 1);
  CHECK(resolved[0].group == chain.group.id);
  CHECK(resolved[0].removed == std::vector<std::string>{"B"});
  const Plan plan = make_plan(
      chain.file, chain.actual,
      {.values = {{.in_file = "secrets", .given = {valued("A", 1), valued("C", 2)}, .prune = true}}});
  REQUIRE(plan.values.size() == 2);
  CHECK(plan.values[0].key == "C");
  CHECK(plan.values[1].key == "B");
  CHECK(plan.values[1].action == ValueAction::unset);
}

TEST_CASE("values of a group that Render does not show are refused, not skipped") {
  Chain chain;
  model::DesiredGroup wanted;
  wanted.name.text = "shared";
  chain.file.groups = {wanted};
  chain.actual.groups[0].variables.reset();
  const Plan plan =
      make_plan(chain.file, chain.actual, {.values = {{.in_file = "shared", .given = {valued("A", 1)}}}});
  CHECK(plan.refused());
  CHECK(std::ranges::count(plan.findings, "value-hidden", &Finding::id) == 1);
}

TEST_CASE(
    "a group's services keep the file's order, also through services without the group; others follow") {
  const Chain chain;
  const model::Desired wanted = consumers_of(chain.file, chain.group, chain.actual, {"A"});
  CHECK(names(wanted) == std::vector<std::string>{"srv-base", "srv-edge", "srv-other"});
  REQUIRE(wanted.services[1].after.size() == 1);
  CHECK(wanted.services[1].after[0].text == "srv-base");
  CHECK(wanted.unmanaged == model::Unmanaged::keep);
}

TEST_CASE("requirements are checked over all groups of a service, for the changed keys only") {
  Chain chain;
  model::Group other;
  other.id = GroupId("evg-2");
  other.name = "other";
  other.variables = std::vector{valued("A", 7)};
  other.links = {ServiceId("srv-base")};
  chain.actual.groups.push_back(other);
  chain.file.services[0].require = {{{"A", {}}}, {{"ELSEWHERE", {}}}};
  const model::Desired wanted = consumers_of(chain.file, chain.group, chain.actual, {"A"});
  REQUIRE(wanted.services[0].require.size() == 1);
  CHECK(wanted.services[0].require[0].key.text == "A");
  CHECK(wanted.groups.size() == 2);
  CHECK(wanted.services[0].link.size() == 2);
  CHECK(wanted.services[1].link.size() == 1);
}

TEST_CASE("a service unlinked since is left out, and a service linked since needs another plan") {
  Chain chain;
  const model::Desired wanted = consumers_of(chain.file, chain.group, chain.actual, {"A"});
  chain.actual.groups[0].links = {ServiceId("srv-edge"), ServiceId("srv-other")};
  const auto still = still_consumers(wanted, chain.actual);
  REQUIRE(still.has_value());
  CHECK(names(*still) == std::vector<std::string>{"srv-edge", "srv-other"});
  CHECK(still->services[0].after.empty());
  chain.actual.groups[0].links.push_back(ServiceId("srv-middle"));
  CHECK_FALSE(still_consumers(wanted, chain.actual).has_value());
}

TEST_CASE("a hidden value, or one that looks hidden, is refused") {
  Chain chain;
  const auto finding = [&](model::Variable given) {
    PlanOptions options{.values = {{.group = chain.group.id, .given = {std::move(given)}}}};
    const Plan plan =
        make_plan(consumers_of(chain.file, chain.group, chain.actual, {"A"}), chain.actual, options);
    return std::ranges::count(plan.findings, "value-hidden", &Finding::id);
  };
  CHECK(finding(valued("A", 9)) == 0);
  CHECK(finding({.key = "A"}) == 1);
  chain.actual.groups[0].variables->front().digest.reset();
  CHECK(finding(valued("A", 9)) == 1);
}
