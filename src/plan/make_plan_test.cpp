#include "plan/make_plan.h"

#include <doctest/doctest.h>

#include <functional>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using model::Desired;
using model::Workspace;

namespace {

std::vector<std::string> ids_of(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Finding& finding : plan.findings) ids.push_back(finding.id);
  return ids;
}

}  // namespace

TEST_CASE("missing links are added, and their services are redeployed in waves") {
  const Plan plan = make_plan(sample::file(), sample::workspace());
  CHECK_FALSE(plan.refused());
  REQUIRE(plan.links.size() == 3);
  CHECK(plan.waves == std::vector<std::vector<std::size_t>>{{0}, {1}, {2}});
  CHECK(plan.services[2].waits_for == std::vector<std::size_t>{1});
  CHECK(plan.services[0].redeploy == Reason::links_change);
  CHECK(plan.services[0].because == "gets secrets");
  CHECK(plan.services[0].final_groups == std::vector<GroupId>{GroupId("evg-secrets")});
}

TEST_CASE("an up-to-date workspace needs nothing") {
  const Plan plan =
      make_plan(sample::file(), sample::settled(), {.history = sample::seen(sample::settled())});
  CHECK(plan.empty());
  CHECK(plan.findings.empty());
}

TEST_CASE("a service that is not redeployed does not break the order of those around it") {
  Workspace actual = sample::settled();
  actual.groups[0].links = {ServiceId("srv-api")};
  const Plan plan = make_plan(sample::file(), actual, {.history = sample::seen(actual)});
  CHECK_FALSE(plan.services[1].redeploys());
  CHECK(plan.services[2].waits_for == std::vector<std::size_t>{0});
  CHECK(plan.waves.size() == 2);
}

TEST_CASE("order: listed puts one service after the other") {
  Desired desired = sample::file();
  for (model::DesiredService& service : desired.services) service.after.clear();
  CHECK(make_plan(desired, sample::workspace()).waves.size() == 1);
  desired.rollout.order = model::Order::listed;
  CHECK(make_plan(desired, sample::workspace()).waves.size() == 3);
}

TEST_CASE("reasons to redeploy a service") {
  struct Row {
    const char* name;
    std::function<void(Workspace&, PlanOptions&)> change;
    Reason expected;
  };
  const ServiceId db("srv-db");
  const std::vector<Row> rows = {
      {"nothing changed", [](Workspace&, PlanOptions&) {}, Reason::none},
      {"asked for by name", [](Workspace&, PlanOptions& e) { e.redeploy = {"db"}; }, Reason::requested},
      {"asked for by id", [](Workspace&, PlanOptions& e) { e.redeploy = {"srv-db"}; }, Reason::requested},
      {"asked for with all", [](Workspace&, PlanOptions& e) { e.redeploy_all = true; }, Reason::requested},
      {"its group changed after its deploy began",
       [](Workspace& w, PlanOptions& e) {
         w.groups[0].updated = sample::now;
         e.history = {};
       },
       Reason::stale},
      {"nobody knows whether its link is older than its deploy",
       [](Workspace&, PlanOptions& e) { e.history = {}; }, Reason::unknown},
      {"a reading after its deploy did not show the link",
       [](Workspace& w, PlanOptions& e) {
         Workspace before = w;
         before.groups[0].links.erase(before.groups[0].links.begin());
         e.history = sample::seen(before);
         e.history.read(w);
       },
       Reason::stale},
      {"its newest deploy was asked for through the API and failed",
       [&](Workspace& w, PlanOptions& e) {
         auto& deploys = w.deploys[db];
         deploys.insert(deploys.begin(), sample::deploy("dep-x", "build_failed", sample::now, "api"));
         e.history = {};
       },
       Reason::stale},
      {"a colleague's push failed",
       [&](Workspace& w, PlanOptions&) {
         auto& deploys = w.deploys[db];
         deploys.insert(deploys.begin(), sample::deploy("dep-x", "build_failed", sample::now, "new_commit"));
       },
       Reason::none},
      {"a deploy is under way",
       [&](Workspace& w, PlanOptions&) {
         auto& deploys = w.deploys[db];
         deploys.insert(deploys.begin(), sample::deploy("dep-x", "build_in_progress", sample::now));
       },
       Reason::none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Workspace actual = sample::settled();
    PlanOptions extra;
    extra.history = sample::seen(actual);
    row.change(actual, extra);
    CHECK(make_plan(sample::file(), actual, extra).services[0].redeploy == row.expected);
  }
}

TEST_CASE("what the preflight refuses") {
  struct Row {
    const char* name;
    std::function<void(Desired&, Workspace&)> change;
    const char* id;
  };
  const std::vector<Row> rows = {
      {"group missing", [](Desired&, Workspace& w) { w.groups[0].name = "secretz"; }, "group-missing"},
      {"service missing", [](Desired&, Workspace& w) { w.services[0].name = "dbb"; }, "service-missing"},
      {"only a preview has the name", [](Desired&, Workspace& w) { w.services[0].preview = true; },
       "service-preview"},
      {"the id is of another group",
       [](Desired& d, Workspace& w) {
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-other");
         w.groups[1].name = "other";
         d.groups[0].id = sample::word("evg-other");
       },
       "group-id-mismatch"},
      {"the id is of no service", [](Desired& d, Workspace&) { d.services[0].id = sample::word("srv-none"); },
       "service-missing"},
      {"two groups with the name",
       [](Desired&, Workspace& w) {
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-twin");
       },
       "group-ambiguous"},
      {"one service named twice",
       [](Desired& d, Workspace&) {
         d.services[1].name = sample::word("srv-db", 20);
         d.services[2].after.clear();
       },
       "service-twice"},
      {"too few variables",
       [](Desired& d, Workspace&) { d.groups[0].variables = model::VariableCount{3, false, {}}; },
       "group-variable-count"},
      {"fewer than at least",
       [](Desired& d, Workspace&) { d.groups[0].variables = model::VariableCount{3, true, {}}; },
       "group-variable-count"},
      {"a variable of the group is missing",
       [](Desired& d, Workspace&) { d.groups[0].require = {{sample::word("KEY")}}; },
       "group-variable-missing"},
      {"a variable of the service is missing",
       [](Desired& d, Workspace&) { d.services[0].require = {{sample::word("KEY")}}; },
       "service-variable-missing"},
      {"another type", [](Desired& d, Workspace&) { d.services[0].type = model::ServiceType::cron_job; },
       "service-type-mismatch"},
      {"suspended", [](Desired&, Workspace& w) { w.services[0].suspended = true; }, "service-suspended"},
      {"scoped to another environment",
       [](Desired&, Workspace& w) { w.groups[0].environment = EnvironmentId("evm-1"); }, "group-scope"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Desired desired = sample::file();
    Workspace actual = sample::workspace();
    row.change(desired, actual);
    const Plan plan = make_plan(desired, actual);
    CHECK(plan.refused());
    const std::vector<std::string> ids = ids_of(plan);
    CHECK(std::find(ids.begin(), ids.end(), row.id) != ids.end());
    for (const Finding& finding : plan.findings) CHECK_FALSE(finding.cure.empty());
  }
}

TEST_CASE("what the preflight accepts") {
  struct Row {
    const char* name;
    std::function<void(Desired&, Workspace&)> change;
  };
  const std::vector<Row> rows = {
      {"exactly as many variables",
       [](Desired& d, Workspace&) { d.groups[0].variables = model::VariableCount{2, false, {}}; }},
      {"more than at least",
       [](Desired& d, Workspace&) { d.groups[0].variables = model::VariableCount{1, true, {}}; }},
      {"required from the service's variables",
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{sample::word("KEY")}};
         w.service_variables[ServiceId("srv-db")] = {{"KEY"}};
       }},
      {"the scope of the same environment",
       [](Desired&, Workspace& w) {
         w.groups[0].environment = EnvironmentId("evm-1");
         for (model::Service& service : w.services) service.environment = EnvironmentId("evm-1");
       }},
      {"an id in a name's place",
       [](Desired& d, Workspace&) { d.services[2].name = sample::word("srv-web"); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Desired desired = sample::file();
    Workspace actual = sample::workspace();
    row.change(desired, actual);
    CHECK_FALSE(make_plan(desired, actual).refused());
  }
}

TEST_CASE("a suspended service without changes is left alone") {
  Workspace actual = sample::settled();
  actual.services[0].suspended = true;
  CHECK_FALSE(make_plan(sample::file(), actual).refused());
}

TEST_CASE("a suspended service is linked without a deploy, or skipped, if the file says so") {
  Workspace actual = sample::workspace();
  actual.services[0].suspended = true;
  Desired desired = sample::file();
  desired.rollout.suspended = model::OnSuspended::link;
  PlanOptions everything;
  everything.redeploy_all = true;
  const Plan linking = make_plan(desired, actual, everything);
  CHECK_FALSE(linking.refused());
  CHECK_FALSE(linking.services[0].redeploys());
  CHECK(linking.services[0].because == "gets secrets; it is suspended: its next deploy picks it up");
  const auto changed = [](const Plan& plan) {
    return std::ranges::count(plan.links, std::size_t{0}, &LinkChange::service);
  };
  CHECK(changed(linking) == 1);
  for (const PlannedService& service : linking.services)
    CHECK(std::ranges::find(service.waits_for, std::size_t{0}) == service.waits_for.end());

  desired.rollout.suspended = model::OnSuspended::skip;
  const Plan skipping = make_plan(desired, actual, everything);
  CHECK_FALSE(skipping.refused());
  CHECK_FALSE(skipping.services[0].redeploys());
  CHECK(changed(skipping) == 0);
  CHECK(skipping.services[0].unproven == "secrets is not linked");
}

TEST_CASE("links that the file does not name") {
  Workspace actual = sample::settled();
  model::Group extra = actual.groups[0];
  extra.id = GroupId("evg-extra");
  extra.name = "extra";
  extra.links = {ServiceId("srv-db")};
  actual.groups.push_back(extra);
  actual.services.push_back(sample::service("outsider"));
  actual.groups[0].links.push_back(ServiceId("srv-outsider"));

  Desired desired = sample::file();
  const Plan reported = make_plan(desired, actual);
  CHECK(reported.links.empty());
  CHECK(reported.unmanaged == std::vector<UnmanagedLink>{{"extra", "db"}, {"secrets", "outsider"}});

  desired.unmanaged = model::Unmanaged::keep;
  CHECK(make_plan(desired, actual).unmanaged.empty());

  desired.unmanaged = model::Unmanaged::remove;
  const Plan removing = make_plan(desired, actual);
  REQUIRE(removing.links.size() == 1);
  CHECK(removing.links[0].action == LinkAction::remove);
  CHECK(removing.services[0].because == "loses extra");
  CHECK(removing.services[0].final_groups == std::vector<GroupId>{GroupId("evg-secrets")});
  CHECK(removing.unmanaged == std::vector<UnmanagedLink>{{"secrets", "outsider"}});
}

namespace {

/// Links a group that the file does not name to the first service.
void link_other(Workspace& actual, std::vector<model::Variable> variables) {
  model::Group group;
  group.id = GroupId("evg-other");
  group.name = "other";
  group.variables = std::move(variables);
  group.links = {ServiceId("srv-db")};
  actual.groups.push_back(std::move(group));
}

}  // namespace

TEST_CASE("which services need a build for new variables") {
  struct Row {
    const char* name;
    std::function<void(Desired&, Workspace&)> change;
    bool rebuild;
  };
  const std::vector<Row> rows = {
      {"a web service uses its last build", [](Desired&, Workspace&) {}, false},
      {"a static site", [](Desired&, Workspace& w) { w.services[0].type = model::ServiceType::static_site; },
       true},
      {"a cron job", [](Desired&, Workspace& w) { w.services[0].type = model::ServiceType::cron_job; }, true},
      {"an image", [](Desired&, Workspace& w) { w.services[0].image_backed = true; }, true},
      {"a key that a bundler bakes in",
       [](Desired&, Workspace& w) { w.groups[0].variables->push_back({"NEXT_PUBLIC_API"}); }, true},
      {"a version that Render chooses while it builds",
       [](Desired&, Workspace& w) { w.groups[0].variables->push_back({"PYTHON_VERSION"}); }, true},
      {"a name that begins like a version",
       [](Desired&, Workspace& w) { w.groups[0].variables->push_back({"NODE_VERSION_NOTE"}); }, false},
      {"a key of its own",
       [](Desired&, Workspace& w) { w.service_variables[ServiceId("srv-db")] = {{"VITE_API"}}; }, true},
      {"its own keys were not read",
       [](Desired&, Workspace& w) { w.service_variables.erase(ServiceId("srv-db")); }, true},
      {"the keys of its group were not read", [](Desired&, Workspace& w) { w.groups[0].variables.reset(); },
       true},
      {"a key of a group that the file does not name",
       [](Desired&, Workspace& w) { link_other(w, {{"VITE_API"}}); }, true},
      {"a key of a group that the plan unlinks",
       [](Desired& d, Workspace& w) {
         d.unmanaged = model::Unmanaged::remove;
         link_other(w, {{"GO_VERSION"}});
       },
       true},
      {"another linked group without such a key",
       [](Desired&, Workspace& w) { link_other(w, {{"LOG_LEVEL"}}); }, false},
      {"a key that the file calls so", [](Desired& d, Workspace&) { d.build_time = {sample::word("TOKEN")}; },
       true},
      {"a prefix that the file calls so",
       [](Desired& d, Workspace&) { d.build_time = {sample::word("TOK*")}; }, true},
      {"a key that the file calls so, of nobody",
       [](Desired& d, Workspace&) { d.build_time = {sample::word("TOK"), sample::word("TOKEN_*")}; }, false},
      {"an artifact", [](Desired&, Workspace& w) { w.services[0].artifact_sourced = true; }, true},
      {"nothing built yet", [](Desired&, Workspace& w) { w.deploys[ServiceId("srv-db")].clear(); }, true},
      {"the file says so", [](Desired& d, Workspace&) { d.rollout.deploy = model::DeployChoice::rebuild; },
       true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Desired desired = sample::file();
    Workspace actual = sample::workspace();
    row.change(desired, actual);
    CHECK(make_plan(desired, actual).services[0].rebuild == row.rebuild);
  }
}

TEST_CASE("two services or groups with the same name are shown with their ids everywhere") {
  Desired desired = sample::file();
  Workspace actual = sample::workspace();
  actual.services[1].name = "db";
  actual.groups.push_back(actual.groups[0]);
  actual.groups[1].id = GroupId("evg-twin");
  desired.groups[0].id = sample::word("evg-secrets");
  desired.services[0].id = sample::word("srv-db");
  desired.services[1].name = sample::word("srv-api");
  desired.services[2].after = {sample::word("srv-api")};
  desired.policy = {
      {sample::word("autodeploy-off"), model::Severity::error, sample::word("srv-api"), {}, "why"}};
  for (model::Service& service : actual.services) service.auto_deploy = false;
  const Plan plan = make_plan(desired, actual);
  REQUIRE(plan.services.size() == 3);
  CHECK(plan.services[0].name == "db (srv-db)");
  CHECK(plan.services[1].name == "db (srv-api)");
  CHECK(plan.services[2].name == "web");
  CHECK(plan.groups[0].name == "secrets (evg-secrets)");
  CHECK(plan.links[0].group_name == "secrets (evg-secrets)");
  CHECK(plan.services[0].because == "gets secrets (evg-secrets)");
  std::vector<std::string> raised;
  for (const Finding& finding : plan.findings) {
    if (finding.severity == model::Severity::error) raised.push_back(finding.subject);
  }
  CHECK(raised == std::vector<std::string>{"service db (srv-api)"});
}

TEST_CASE("variables that Render sets itself are not missing") {
  Desired desired = sample::file();
  for (const char* key :
       {"PORT", "RENDER", "RENDER_EXTERNAL_URL", "IS_PULL_REQUEST", "RENDER_API_KEY", "NODE_ENV"})
    desired.services[0].require.push_back({sample::word(key, 12)});
  const auto missing = [&](const Workspace& actual) {
    std::vector<std::string> keys;
    for (const Finding& finding : make_plan(desired, actual).findings) {
      if (finding.id == "service-variable-missing") keys.push_back(finding.variable);
    }
    return keys;
  };
  Workspace actual = sample::workspace();
  CHECK(missing(actual) == std::vector<std::string>{"RENDER_API_KEY", "NODE_ENV"});
  actual.services[0].type = model::ServiceType::background_worker;
  CHECK(missing(actual) == std::vector<std::string>{"PORT", "RENDER_API_KEY", "NODE_ENV"});
}

TEST_CASE("a group unlinked since the running build may be built into it") {
  Workspace actual = sample::settled();
  link_other(actual, {{"VITE_API"}});
  actual.groups.back().links.clear();
  PlanOptions extra;
  extra.redeploy_all = true;
  const auto planned = [&](Time unlinked) {
    extra.history = {};
    extra.history.link_changed(LinkAction::add, GroupId("evg-other"), ServiceId("srv-db"),
                               sample::now - std::chrono::hours(30));
    extra.history.link_changed(LinkAction::remove, GroupId("evg-other"), ServiceId("srv-db"), unlinked);
    return make_plan(sample::file(), actual, extra).services[0];
  };
  CHECK(planned(sample::now).rebuild_because == "VITE_API is read at build time");
  CHECK_FALSE(planned(sample::now - std::chrono::hours(25)).rebuild);
  actual.groups.back().variables.reset();
  CHECK(planned(sample::now).rebuild_because ==
        "the variables of other are unknown, and a build may read them");
}

TEST_CASE("an unknown service in --redeploy is refused with the nearest name") {
  PlanOptions extra;
  extra.redeploy = {"webb"};
  const Plan plan = make_plan(sample::file(), sample::settled(), extra);
  REQUIRE(plan.refused());
  CHECK(plan.findings[0].id == "redeploy-unknown");
  CHECK(plan.findings[0].cure == "did you mean web?");
}
