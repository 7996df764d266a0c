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

const ExplainedVariable& the(const Explanation& explanation, std::string_view key) {
  const auto found = std::ranges::find(explanation.variables, key, &ExplainedVariable::key);
  REQUIRE(found != explanation.variables.end());
  return *found;
}

}  // namespace

TEST_CASE("each variable is shown with its sources, the winner first") {
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

TEST_CASE("a service is found by its id, and a wrong name gets the nearest name") {
  CHECK(explain(workspace(), "srv-db", "")->name == "db");
  const auto missing = explain(workspace(), "wbe", "");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().cure == "Did you mean web?");
}

TEST_CASE("several services with the same name are refused, unless the file pins one") {
  Workspace actual = workspace();
  actual.services[1].name = "db";
  actual.services[1].environment = EnvironmentId("evm-2");
  actual.environments[EnvironmentId("evm-2")] = {"staging", false, ""};
  const auto several = explain(actual, "db", "");
  REQUIRE_FALSE(several);
  CHECK(several.error().what == "2 services in workspace acme are named db");
  CHECK(several.error().why == "they are srv-db (no environment) and srv-api (environment staging)");
  CHECK(several.error().cure == "Use its id.");
  CHECK(explain(actual, "srv-api", "")->service == ServiceId("srv-api"));
  model::Desired desired = sample::file();
  desired.services[0].id = sample::word("srv-db");
  CHECK(explain(actual, "db", "", desired)->service == ServiceId("srv-db"));
}

TEST_CASE("secret files are listed with the variables, and no rule decides between two with the same name") {
  Workspace actual = workspace();
  actual.groups[0].secret_files = {"ca.pem", "only.pem"};
  actual.service_secret_files[ServiceId("srv-db")] = {"ca.pem", "own.pem"};
  const auto it = explain(actual, "db", "file:ca.pem");
  REQUIRE(it->variables.size() == 1);
  CHECK(it->variables[0].sources.size() == 2);
  CHECK(it->variables[0].rule == Rule::files);
  CHECK_FALSE(it->variables[0].guaranteed());
  CHECK(it->groups[0].secret_files + it->groups[1].secret_files == 2);
  CHECK(explain(actual, "db", "file:own.pem")->variables.at(0).rule == Rule::only);
  CHECK(explain(actual, "db", "file:only.pem")->variables.at(0).sources.at(0).group == actual.groups[0].id);
}

TEST_CASE("a single key is shown alone, and a missing key with the nearest existing one") {
  CHECK(explain(workspace(), "db", "BOTH")->variables.size() == 1);
  const auto none = explain(workspace(), "db", "BOHT");
  REQUIRE(none);
  CHECK(none->variables.empty());
  CHECK(none->near == "BOTH");
}

TEST_CASE("links that apply would add are shown separately, with only the variables that they change") {
  Workspace actual = workspace();
  actual.groups[1].links.clear();  // the file links `new`, which is not linked yet
  model::Desired desired = sample::file();
  desired.groups = {{sample::word("old"), {}, {}, {}}, {sample::word("new"), {}, {}, {}}};
  desired.services[0].link = {sample::word("old"), sample::word("new")};
  const auto it = explain(actual, "db", "", desired);
  REQUIRE(it);
  CHECK(it->groups.size() == 1);
  CHECK(the(*it, "BOTH").sources.size() == 1);
  REQUIRE(it->after);
  REQUIRE(it->after->linked.size() == 1);
  CHECK(it->after->linked[0].name == "new");
  CHECK(it->after->unlinked.empty());
  REQUIRE(it->after->variables.size() == 2);  // OLD and OWN do not change
  CHECK(it->after->variables[0].key == "BOTH");
  CHECK(it->after->variables[0].sources.at(0).name == "new");
  CHECK(it->after->variables[0].rule == Rule::newest_group);
  CHECK(it->after->variables[1].key == "SAME");
  CHECK_FALSE(it->after->variables[1].sources.at(0).group);
  CHECK(explain(actual, "db", "OLD", desired)->after->variables.empty());
}

TEST_CASE("a link that the file removes takes its keys away, and a kept link changes nothing") {
  model::Desired desired = sample::file();
  desired.groups = {{sample::word("old"), {}, {}, {}}};
  desired.services[0].link = {sample::word("old")};
  CHECK_FALSE(explain(workspace(), "db", "", desired)->after);
  desired.unmanaged = model::Unmanaged::remove;
  Workspace actual = workspace();
  actual.groups[1].variables->push_back(valued("NEW", 1));
  const auto it = explain(actual, "db", "", desired);
  REQUIRE(it->after);
  CHECK(it->after->unlinked.at(0).name == "new");
  REQUIRE(it->after->variables.size() == 3);
  CHECK(it->after->variables[1].key == "NEW");
  CHECK(it->after->variables[1].sources.empty());
  CHECK_FALSE(explain(actual, "web", "", model::Desired{})->after);
}

TEST_CASE("the winner does not depend on the order in which Render lists groups or variables") {
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
      std::size_t holders = variable.key == "A" ? actual.service_variables[ServiceId("srv-db")].size() : 0;
      for (const model::Group& one : actual.groups) {
        if (model::find_variable(*one.variables, variable.key) != nullptr) ++holders;
      }
      CHECK(variable.sources.size() == holders);
      CHECK((variable.rule == Rule::only) == (holders == 1));
    }
  }
}
