#include "plan/explain.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using model::Variable;
using model::Workspace;

namespace {

Variable valued(std::string key, unsigned char value) {
  Variable one{std::move(key)};
  one.facts.told = true;
  model::Fingerprint::Bytes bytes{};
  bytes[0] = value;
  one.fingerprint = model::Fingerprint(bytes);
  return one;
}

model::Group group(const char* name, int created, std::vector<Variable> variables) {
  model::Group one;
  one.id = GroupId(std::string("evg-") + name);
  one.name = name;
  one.created = sample::now + std::chrono::hours(created);
  one.links = {ServiceId("srv-db")};
  one.variables = std::move(variables);
  return one;
}

Workspace workspace() {
  Workspace actual = sample::workspace();
  actual.groups = {group("old", 1, {valued("BOTH", 1), valued("OLD", 1), valued("OWN", 1)}),
                   group("new", 2, {valued("BOTH", 2), valued("SAME", 4)})};
  actual.service_variables[ServiceId("srv-db")] = {valued("OWN", 3), valued("SAME", 4)};
  return actual;
}

const ExplainedVariable& the(const Explanation& explanation, const std::string& key) {
  const auto found = std::ranges::find(explanation.variables, key, &ExplainedVariable::key);
  REQUIRE(found != explanation.variables.end());
  return *found;
}

}  // namespace

TEST_CASE("each variable is told with its sources, the winner first") {
  const auto explanation = explain(workspace(), "db", "");
  REQUIRE(explanation);
  CHECK(explanation->groups.size() == 2);
  REQUIRE(explanation->variables.size() == 4);
  CHECK(std::ranges::is_sorted(explanation->variables, {}, &ExplainedVariable::key));

  const ExplainedVariable& both = the(*explanation, "BOTH");
  CHECK(both.sources.at(0).name == "new");
  CHECK(both.sources.at(1).sameness == model::Sameness::different);
  CHECK(both.rule == Rule::newest_group);
  CHECK_FALSE(both.guaranteed());

  const ExplainedVariable& own = the(*explanation, "OWN");
  CHECK_FALSE(own.sources.at(0).group);
  CHECK(own.rule == Rule::own);
  CHECK(own.guaranteed());

  CHECK(the(*explanation, "SAME").sources.at(1).sameness == model::Sameness::equal);
  CHECK(the(*explanation, "OLD").rule == Rule::only);
}

TEST_CASE("a service is found by its id, and a wrong name is answered with the nearest") {
  CHECK(explain(workspace(), "srv-db", "")->name == "db");
  const auto missing = explain(workspace(), "wbe", "");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().cure == "Did you mean web?");
}

TEST_CASE("one key is told alone, and one that does not reach the service with the nearest that does") {
  CHECK(explain(workspace(), "db", "BOTH")->variables.size() == 1);
  const auto none = explain(workspace(), "db", "BOHT");
  REQUIRE(none);
  CHECK(none->variables.empty());
  CHECK(none->near == "BOTH");
}

TEST_CASE("who wins does not depend on the order in which Render lists groups or variables") {
  std::mt19937 lot(11);
  for (int round = 0; round < 500; ++round) {
    Workspace actual = sample::workspace();
    actual.groups.clear();
    const std::size_t count = 1 + lot() % 5;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Variable> variables;
      for (const char* key : {"A", "B", "C"}) {
        if (lot() % 2 == 0) variables.push_back(valued(key, static_cast<unsigned char>(lot() % 3)));
      }
      actual.groups.push_back(group(std::to_string(i).c_str(), static_cast<int>(i), std::move(variables)));
    }
    if (lot() % 2 == 0) actual.service_variables[ServiceId("srv-db")] = {valued("A", 9)};
    const auto before = explain(actual, "db", "");
    std::ranges::shuffle(actual.groups, lot);
    for (model::Group& one : actual.groups) std::ranges::shuffle(*one.variables, lot);
    const auto after = explain(actual, "db", "");
    REQUIRE(before->variables == after->variables);
    for (const ExplainedVariable& variable : before->variables) {
      std::size_t holders = variable.key == "A" ? actual.service_variables.size() : 0;
      for (const model::Group& one : actual.groups) {
        if (model::find_variable(*one.variables, variable.key) != nullptr) ++holders;
      }
      CHECK(variable.sources.size() == holders);
      CHECK((variable.rule == Rule::only) == (holders == 1));
    }
  }
}
