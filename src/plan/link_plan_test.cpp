#include "plan/make_plan.h"

#include <doctest/doctest.h>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

model::Desired named(std::string group, std::vector<std::string> services) {
  model::Desired desired;
  model::DesiredGroup wanted;
  wanted.name.text = std::move(group);
  desired.groups = {wanted};
  for (std::string& name : services) {
    model::DesiredService service;
    service.name.text = std::move(name);
    service.link = {{desired.groups[0].name.text, {}}};
    desired.services.push_back(std::move(service));
  }
  return desired;
}

}  // namespace

TEST_CASE("only links that are not as wanted change, and nothing is deployed") {
  model::Workspace actual = sample::workspace();
  actual.groups[0].links = {actual.services[0].id};
  const Plan link = link_plan(named("secrets", {"db", "srv-api"}), actual, LinkAction::add);
  CHECK_FALSE(link.refused());
  REQUIRE(link.links.size() == 1);
  CHECK(link.services[link.links[0].service].name == "api");
  CHECK(link.services[1].final_groups == std::vector<GroupId>{GroupId("evg-secrets")});
  CHECK_FALSE(link.services[1].redeploys());
  CHECK(link.waves.empty());
  REQUIRE(link.findings.size() == 1);
  CHECK(link.findings[0].id == "not-deployed");
  CHECK(link.findings[0].severity == Severity::note);
  const Plan unlink = link_plan(named("evg-secrets", {"db", "api"}), actual, LinkAction::remove);
  REQUIRE(unlink.links.size() == 1);
  CHECK(unlink.links[0].action == LinkAction::remove);
  CHECK(unlink.services[0].final_groups.empty());
  const Plan nothing = link_plan(named("secrets", {"db"}), actual, LinkAction::add);
  CHECK(nothing.empty());
  CHECK(nothing.findings.empty());
}

TEST_CASE("an unknown name and a group of another environment are refused") {
  model::Workspace actual = sample::workspace();
  CHECK(link_plan(named("secret", {"db"}), actual, LinkAction::add).findings[0].id == "group-missing");
  CHECK(link_plan(named("secrets", {"dbb"}), actual, LinkAction::add).findings[0].cure == "did you mean db?");
  actual.groups[0].environment = EnvironmentId("evm-1");
  const Plan scoped = link_plan(named("secrets", {"db"}), actual, LinkAction::add);
  REQUIRE(scoped.refused());
  CHECK(scoped.findings[0].id == "group-scope");
  actual.groups[0].links = {actual.services[0].id};
  CHECK_FALSE(link_plan(named("secrets", {"db"}), actual, LinkAction::remove).refused());
}
