#include "plan/plan_snapshot.h"

#include <doctest/doctest.h>

#include <functional>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using model::Workspace;

namespace {

const ServiceId db("srv-db");

Workspace linked_to_db() {
  Workspace actual = sample::workspace();
  actual.groups[0].links = {db};
  model::Group unnamed;
  unnamed.id = GroupId("evg-legacy");
  unnamed.name = "legacy";
  actual.groups.push_back(unnamed);
  return actual;
}

std::vector<std::string> moves(const std::function<void(Workspace&)>& change) {
  const Workspace before = linked_to_db();
  const Plan plan = make_plan(sample::file(), before);
  Workspace after = before;
  change(after);
  return snapshot_diff(snapshot_of(plan, before), snapshot_of(plan, after), after);
}

}  // namespace

TEST_CASE("a snapshot has the plan's services and groups, and only the links between them") {
  Workspace actual = linked_to_db();
  actual.services.push_back(sample::service("other"));
  actual.groups[0].links.push_back(ServiceId("srv-other"));
  const PlanSnapshot basis = snapshot_of(make_plan(sample::file(), actual), actual);
  REQUIRE(basis.services.size() == 3);
  CHECK(basis.services[0] == ServiceSnapshot{db, "db", model::ServiceType::web_service, false,
                                             DeployId("dep-db"), DeployId("dep-db")});
  REQUIRE(basis.groups.size() == 1);  // legacy is linked to no service of the plan
  CHECK(basis.groups[0] == GroupSnapshot{GroupId("evg-secrets"),
                                         "secrets",
                                         format_rfc3339(*actual.groups[0].updated),
                                         {db},
                                         std::vector<std::string>{"DATABASE_URL", "TOKEN"}});
}

TEST_CASE("each change is reported in words") {
  struct Row {
    const char* said;
    std::function<void(Workspace&)> change;
  };
  const std::vector<Row> rows = {
      {"group secrets was linked to api; Render does not say by whom",
       [](Workspace& w) { w.groups[0].links.push_back(ServiceId("srv-api")); }},
      {"group secrets is not linked to db any more; Render does not say by whom",
       [](Workspace& w) { w.groups[0].links.clear(); }},
      {"group legacy was linked to db; Render does not say by whom",
       [](Workspace& w) { w.groups[1].links = {db}; }},
      {"service db has a newer deploy dep-new (new_commit): build_in_progress",
       [](Workspace& w) {
         w.deploys[db].insert(w.deploys[db].begin(),
                              sample::deploy("dep-new", "build_in_progress", sample::now));
       }},
      {"service db has no live deploy any more",
       [](Workspace& w) { w.deploys[db][0] = sample::deploy("dep-db", "deactivated", sample::now); }},
      {"the deploys of service db no longer exist", [](Workspace& w) { w.deploys.erase(db); }},
      {"service db was suspended", [](Workspace& w) { w.services[0].suspended = true; }},
      {"service db is called store now", [](Workspace& w) { w.services[0].name = "store"; }},
      {"service db is a cron_job now, and was a web_service",
       [](Workspace& w) { w.services[0].type = model::ServiceType::cron_job; }},
      {"service db (srv-db) no longer exists", [](Workspace& w) { w.services.erase(w.services.begin()); }},
      {"group secrets is called vault now", [](Workspace& w) { w.groups[0].name = "vault"; }},
      {"group secrets (evg-secrets) no longer exists",
       [](Workspace& w) { w.groups.erase(w.groups.begin()); }},
      {"group secrets has EXTRA now",
       [](Workspace& w) {
         w.groups[0].variables->insert(w.groups[0].variables->begin(), model::Variable{"EXTRA"});
       }},
      {"group secrets no longer has TOKEN", [](Workspace& w) { w.groups[0].variables->pop_back(); }},
      {"group secrets was changed: its updatedAt is 2025-12-18T00:00:00.000000Z, and was "
       "2025-12-16T00:00:00.000000Z",
       [](Workspace& w) { w.groups[0].updated = sample::now; }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.said);
    CHECK(moves(row.change) == std::vector<std::string>{row.said});
  }
}

TEST_CASE("something that changed is reported with its id if another one has its name now") {
  const auto said = moves([](Workspace& w) {
    w.services[0].suspended = w.services[0].shares_name = true;
    w.groups[0].links.clear();
    w.groups[0].shares_name = true;
  });
  CHECK(said ==
        std::vector<std::string>{"service db (srv-db) was suspended",
                                 "group secrets (evg-secrets) is not linked to db (srv-db) any more; Render "
                                 "does not say by whom"});
}

TEST_CASE("changes that the plan does not depend on are ignored") {
  CHECK(moves([](Workspace&) {}).empty());
  CHECK(moves([](Workspace& w) {
          w.services.push_back(sample::service("other"));
          w.groups[0].links.push_back(ServiceId("srv-other"));
          w.groups[1].name = "renamed";
          w.groups[1].updated = sample::now;
          w.services[1].url = "https://elsewhere";
        }).empty());
  CHECK(
      moves([](Workspace& w) { w.groups[0].variables.reset(); }).empty());  // not read does not mean deleted
}

TEST_CASE("a hostile name is cleaned before it is shown") {
  const auto said = moves([](Workspace& w) { w.groups[0].name = "a\x1b[2J\nb" + std::string(10'000, 'x'); });
  REQUIRE(said.size() == 1);
  CHECK(said[0].find('\x1b') == std::string::npos);
  CHECK(said[0].size() < 1000);
}
