// Each kind of finding that is not about names: what raises it, and the nearest case that does not.

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using model::Desired;
using model::Shape;
using model::Variable;
using model::Workspace;

namespace {

using Change = std::function<void(Desired&, Workspace&)>;

Variable variable(std::string key, const std::function<void(model::Facts&)>& change = {}) {
  Variable one{std::move(key)};
  one.facts.told = true;
  if (change) change(one.facts);
  return one;
}

Variable valued(std::string key, unsigned char value) {
  Variable one = variable(std::move(key));
  model::Fingerprint::Bytes bytes{};
  bytes[0] = value;
  one.fingerprint = model::Fingerprint(bytes);
  return one;
}

/// A second group, asked for by db; `linked`: it is linked already, as all else is.
void add_group(Desired& desired, Workspace& actual, std::vector<Variable> variables, bool linked = false) {
  model::Group group;
  group.id = GroupId("evg-more");
  group.name = "more";
  group.created = sample::now;
  group.variables = std::move(variables);
  if (linked) group.links = {ServiceId("srv-db")};
  actual.groups[0].created = sample::now - std::chrono::hours(1);
  actual.groups.push_back(group);
  desired.groups.push_back({sample::word("more", 2), {}, {}, {}});
  desired.services[0].link.push_back(sample::word("more", 10));
}

std::vector<Finding> found(const std::string& id, const Change& change, bool settled = false) {
  Desired desired = sample::file();
  Workspace actual = settled ? sample::settled() : sample::workspace();
  change(desired, actual);
  std::vector<Finding> matching;
  for (const Finding& finding : make_plan(desired, actual).findings) {
    if (finding.id == id) matching.push_back(finding);
  }
  return matching;
}

struct Row {
  const char* id;
  Severity severity;
  const char* subject;
  Change raises;
  Change does_not;
};

void set_first(Workspace& actual, Variable one) {
  actual.groups[0].variables->at(0) = std::move(one);
}

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {"variable-empty", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.empty = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-empty", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         w.service_variables[ServiceId("srv-db")] = {variable("A", [](auto& f) { f.empty = true; })};
       },
       [](Desired&, Workspace& w) { w.service_variables[ServiceId("srv-db")] = {Variable{"A"}}; }},
      {"variable-placeholder", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.placeholder = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-broken", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.stray_space = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-broken", Severity::warning, "group secrets",
       [](Desired&, Workspace& w) { set_first(w, variable("A", [](auto& f) { f.quoted = true; })); },
       [](Desired&, Workspace& w) { set_first(w, variable("A")); }},
      {"variable-shape", Severity::error, "group secrets",
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{sample::word("A"), Shape::url}};
         set_first(w, variable("A"));
       },
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{sample::word("A"), Shape::url}};
         set_first(w, variable("A", [](auto& f) { f.url = true; }));
       }},
      {"variable-shape", Severity::error, "service db",
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{sample::word("A"), Shape::number}};
         set_first(w, variable("A", [](auto& f) { f.number = true; }));
         w.service_variables[ServiceId("srv-db")] = {variable("A")};  // its own wins, and is no number
       },
       [](Desired& d, Workspace& w) {
         d.services[0].require = {{sample::word("A"), Shape::number}};
         set_first(w, variable("A"));
         w.service_variables[ServiceId("srv-db")] = {variable("A", [](auto& f) { f.number = true; })};
       }},
      {"variables-unread", Severity::warning, "group secrets",
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{sample::word("A"), Shape::url}};
         set_first(w, Variable{"A"});
       },
       [](Desired& d, Workspace& w) {
         d.groups[0].require = {{sample::word("A"), std::nullopt}};
         set_first(w, Variable{"A"});
       }},
      {"variables-unread", Severity::warning, "service db",
       [](Desired&, Workspace& w) { w.unread = {{ServiceId("srv-db"), "too many"}}; },
       [](Desired&, Workspace& w) { w.unread = {{ServiceId("srv-other"), "too many"}}; }},
      {"collision-different", Severity::error, "service db",
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 2)});
       },
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("B", 2)});
       }},
      {"collision-different", Severity::error, "service db",
       [](Desired&, Workspace& w) {
         set_first(w, valued("A", 1));
         w.service_variables[ServiceId("srv-db")] = {valued("A", 2)};
       },
       [](Desired&, Workspace& w) {
         set_first(w, valued("A", 1));
         w.service_variables[ServiceId("srv-web")] = {valued("C", 2)};
       }},
      {"collision-equal", Severity::note, "service db",
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 1)});
       },
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 2)});
       }},
      {"collision-unknown", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {Variable{"A"}});
       },
       [](Desired& d, Workspace& w) {
         set_first(w, valued("A", 1));
         add_group(d, w, {valued("A", 1)});
       }},
      {"autodeploy-off", Severity::note, "service db",
       [](Desired&, Workspace& w) { w.services[0].auto_deploy = false; },
       [](Desired&, Workspace& w) { w.services[0].auto_deploy = true; }},
      {"autodeploy-off", Severity::note, "service db",
       [](Desired&, Workspace& w) { w.services[0].auto_deploy = false; },
       [](Desired&, Workspace& w) {  // nothing changes for it
         w.services[0].auto_deploy = false;
         w.groups[0].links = {ServiceId("srv-db")};
       }},
      {"rebuild-needed", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         d.rollout.deploy = model::DeployChoice::deploy_only;
         set_first(w, Variable{"VITE_URL"});
       },
       [](Desired& d, Workspace& w) {
         d.rollout.deploy = model::DeployChoice::automatic;
         set_first(w, Variable{"VITE_URL"});
       }},
      {"rebuild-needed", Severity::warning, "service db",
       [](Desired& d, Workspace& w) {
         d.rollout.deploy = model::DeployChoice::deploy_only;
         w.services[0].type = model::ServiceType::static_site;
       },
       [](Desired& d, Workspace&) { d.rollout.deploy = model::DeployChoice::deploy_only; }},
      {"group-unused", Severity::note, "group spare",
       [](Desired& d, Workspace& w) {
         d.groups.push_back({sample::word("spare", 3), {}, {}, {}});
         w.groups.push_back(w.groups[0]);
         w.groups[1].id = GroupId("evg-spare");
         w.groups[1].name = "spare";
       },
       [](Desired&, Workspace&) {}},
      {"link-dangling", Severity::note, "group secrets",
       [](Desired&, Workspace& w) { w.groups[0].links.push_back(ServiceId("srv-gone")); },
       [](Desired&, Workspace& w) {
         w.services.push_back(sample::service("gone"));
         w.groups[0].links.push_back(ServiceId("srv-gone"));
       }},
      {"deploy-under-way", Severity::warning, "service db",
       [](Desired&, Workspace& w) {
         auto& deploys = w.deploys[ServiceId("srv-db")];
         deploys.insert(deploys.begin(), sample::deploy("dep-x", "build_in_progress", sample::now));
       },
       [](Desired&, Workspace& w) {
         auto& deploys = w.deploys[ServiceId("srv-db")];
         deploys.insert(deploys.begin(), sample::deploy("dep-x", "live", sample::now));
       }},
      {"group-other-workspace", Severity::error, "group secrets",
       [](Desired&, Workspace& w) { w.groups[0].owner = OwnerId("tea-2"); },
       [](Desired&, Workspace& w) { w.groups[0].owner = OwnerId("tea-1"); }},
      {"service-other-workspace", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[0].owner = OwnerId("tea-2"); },
       [](Desired&, Workspace& w) { w.services[0].owner = OwnerId("tea-1"); }},
      {"service-preview", Severity::error, "service db",
       [](Desired&, Workspace& w) { w.services[0].preview = true; },
       [](Desired&, Workspace& w) {
         w.services.push_back(w.services[0]);
         w.services.back().id = ServiceId("srv-preview");
         w.services.back().preview = true;
       }},
  };
  return all;
}

}  // namespace

TEST_CASE("each finding is raised where it must be, and not beside that") {
  for (const Row& row : rows()) {
    CAPTURE(std::string(row.id));
    const std::vector<Finding> raised = found(row.id, row.raises);
    const auto about = std::ranges::find(raised, row.subject, &Finding::subject);
    REQUIRE(about != raised.end());
    CHECK(about->severity == row.severity);
    CHECK_FALSE(about->what.empty());
    CHECK_FALSE(about->cure.empty());
    CHECK(about->place.line > 0);
    const std::vector<Finding> calm = found(row.id, row.does_not);
    CHECK(std::ranges::find(calm, row.subject, &Finding::subject) == calm.end());
  }
}

TEST_CASE("different values are a warning where no link of the plan brings them together") {
  const auto collide = [](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)}, true);
  };
  const std::vector<Finding> findings = found("collision-different", collide, true);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].variable == "A");
}

TEST_CASE("a collision says who wins, by which rule, and whether that is guaranteed") {
  const auto text = [](const Change& change) { return found("collision-different", change).at(0).what; };
  const std::string groups = text([](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)});
  });
  CHECK(groups ==
        "A is held by group more and group secrets, with different values; that of more wins: at present the "
        "group that was created last wins; Render does not guarantee that");
  const std::string own = text([](Desired&, Workspace& w) {
    set_first(w, valued("A", 1));
    w.service_variables[ServiceId("srv-db")] = {valued("A", 2)};
  });
  CHECK(own ==
        "A is held by the service itself and group secrets, with different values; the service's own wins: a "
        "service's own variable beats its groups; Render guarantees that");
  const std::string unsettled = text([](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)});
    w.groups[0].created.reset();
  });
  CHECK(unsettled.find("who wins is unknown") != std::string::npos);
}

TEST_CASE("a link that the plan removes collides no more, and one that it keeps does") {
  const auto collide = [](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)}, true);
    d.groups.pop_back();
    d.services[0].link.pop_back();
  };
  CHECK(found("collision-different", collide, true).size() == 1);
  const auto removed = [&](Desired& d, Workspace& w) {
    collide(d, w);
    d.unmanaged = model::Unmanaged::remove;
  };
  CHECK(found("collision-different", removed, true).empty());
}

TEST_CASE("a crowd of equal findings is told as the first twenty and a number") {
  const auto crowd = [](Desired&, Workspace& w) {
    w.groups[0].variables->clear();
    for (int i = 0; i < 1000; ++i) {
      w.groups[0].variables->push_back(variable("A" + std::to_string(i), [](auto& f) { f.empty = true; }));
    }
  };
  const std::vector<Finding> findings = found("variable-empty", crowd);
  REQUIRE(findings.size() == 21);
  CHECK(findings.back().what == "the same holds for 980 more of its variables");
  CHECK(findings.back().variable.empty());
}

TEST_CASE("every finding of the tests is known by its id, and every id has its row in docs/findings.md") {
  for (const Row& row : rows()) {
    CAPTURE(std::string(row.id));
    CHECK(model::find_finding_kind(row.id) != nullptr);
  }
  std::ifstream file(ENVLINK_SOURCE_DIR "/docs/findings.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const model::FindingKind& kind : model::finding_kinds()) {
    CAPTURE(std::string(kind.id));
    CHECK(text.str().find("| `" + std::string(kind.id) + "` |") != std::string::npos);
  }
}
