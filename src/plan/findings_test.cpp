// Each kind of finding: it is raised where it must be, and not beside that. finding_cases_test.h says what a
// case is.

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "plan/finding_cases_test.h"
#include "plan/make_plan.h"

using namespace envlink;
using namespace envlink::plan;
using namespace envlink::plan::sample;
using model::Desired;
using model::Workspace;

namespace {

std::vector<Finding> found(const std::string& id, const Change& change, bool settled = false,
                           const Extra& extra = {}) {
  Desired desired = sample::file();
  Workspace actual = settled ? sample::settled() : sample::workspace();
  change(desired, actual);
  std::vector<Finding> matching;
  for (const Finding& finding : make_plan(desired, actual, extra).findings) {
    if (finding.id == id) matching.push_back(finding);
  }
  return matching;
}

}  // namespace

TEST_CASE("each finding is raised where it must be, with its place and its cure, and not beside that") {
  for (const FindingCase& one : finding_cases()) {
    CAPTURE(std::string(one.id));
    const std::vector<Finding> raised = found(one.id, one.raises, false, one.raising);
    const auto about = std::ranges::find(raised, one.subject, &Finding::subject);
    REQUIRE(about != raised.end());
    CHECK(about->severity == one.severity);
    CHECK_FALSE(about->what.empty());
    CHECK_FALSE(about->cure.empty());
    // What the command line names has no place in the file.
    CHECK((about->place.line > 0) == (about->id != "redeploy-unknown"));
    const std::vector<Finding> calm = found(one.id, one.does_not, false, one.quiet);
    CHECK(std::ranges::find(calm, one.subject, &Finding::subject) == calm.end());
  }
}

TEST_CASE("every kind of finding has a case that raises it and one that does not, and none is unknown") {
  std::set<std::string_view> shown;
  for (const FindingCase& one : finding_cases()) {
    CAPTURE(std::string(one.id));
    CHECK(model::find_finding_kind(one.id) != nullptr);
    shown.insert(one.id);
  }
  for (const model::FindingKind& kind : model::finding_kinds()) {
    CAPTURE(std::string(kind.id));
    CHECK(shown.contains(kind.id));
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

TEST_CASE("an environment is called by its name where a group of another one is asked for") {
  const std::vector<Finding> findings = found("group-scope", [](Desired&, Workspace& w) {
    w.groups[0].environment = EnvironmentId("evm-1");
    w.services[0].environment = EnvironmentId("evm-2");
    w.environments[EnvironmentId("evm-1")] = {"production", false, ""};
  });
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].what ==
        "secrets belongs to the environment production and can be linked only to services of it; this one is "
        "in "
        "evm-2");
  CHECK(findings[1].what.ends_with("this one is in none"));
}

TEST_CASE("a protected environment is told once, with all of the file that is in it") {
  const std::vector<Finding> findings = found("environment-protected", [](Desired&, Workspace& w) {
    const EnvironmentId id("evm-1");
    w.groups[0].environment = w.services[0].environment = w.services[2].environment = id;
    w.environments[id] = {"production", true, ""};
  });
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].what.ends_with("In it are: group secrets, service db and service web"));
  CHECK(findings[0].place.line == 1);
}

TEST_CASE("a link to a service that is gone is told apart from one of which nobody knows") {
  const std::vector<Finding> findings = found("link-dangling", [](Desired&, Workspace& w) {
    for (const char* id : {"srv-a", "srv-b", "srv-c"}) w.groups[0].links.push_back(ServiceId(id));
    w.unlisted[ServiceId("srv-a")] = model::Unlisted::gone;
    w.unlisted[ServiceId("srv-b")] = model::Unlisted::other;
  });
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].what.find("srv-a, which Render does not find") != std::string::npos);
  CHECK(findings[1].what.find("srv-b and srv-c, which the list") != std::string::npos);
}

TEST_CASE("every kind of finding has its row in docs/findings.md") {
  std::ifstream file(ENVLINK_SOURCE_DIR "/docs/findings.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const model::FindingKind& kind : model::finding_kinds()) {
    CAPTURE(std::string(kind.id));
    CHECK(text.str().find("| `" + std::string(kind.id) + "` |") != std::string::npos);
  }
}
