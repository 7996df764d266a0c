// Each kind of finding is raised when it should be, and only then. See finding_cases_test.h for the cases.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "plan/finding.h"
#include "plan/finding_cases_test.h"
#include "plan/make_plan.h"

using namespace envlink;
using namespace envlink::plan;
using namespace envlink::plan::sample;
using model::Desired;
using model::Workspace;

namespace {

std::vector<Finding> found(const std::string& id, const Change& change, bool settled = false,
                           const PlanOptions& extra = {}) {
  Desired desired = sample::file();
  Workspace actual = settled ? sample::settled() : sample::workspace();
  desired.rollout.unknown = model::OnUnknown::keep;
  change(desired, actual);
  std::vector<Finding> matching;
  for (const Finding& finding : make_plan(desired, actual, extra).findings) {
    if (finding.id == id) matching.push_back(finding);
  }
  return matching;
}

/// As in docs/findings.md.
std::string row_of(const FindingKind& kind) {
  return fmt::format("| `{}` | {}{}{} | {} | {} |\n", kind.id, to_string(kind.severity),
                     kind.or_only ? fmt::format(", {}", to_string(*kind.or_only)) : std::string{},
                     kind.guards ? " ▪" : "", kind.looks_for, kind.cure);
}

TEST_CASE("one cause that makes many services unreadable is one finding with their number") {
  const Change unread = [](Desired& desired, Workspace& actual) {
    for (int i = 0; i < 800; ++i) {
      const std::string name = fmt::format("more{}", i);
      actual.services.push_back(sample::service(name));
      desired.services.push_back(sample::wanted(name, {}, 20 + i));
      actual.unread.push_back({ServiceId("srv-" + name), "a plan reads those of 200 services at most"});
    }
    actual.unread.push_back({ServiceId("srv-db"), "Render answered 503"});
  };
  const auto told = found("variables-unread", unread);
  REQUIRE(told.size() == 2);
  CHECK(told[1].subject == "800 services");
  CHECK(told[1].what ==
        "the own variables of 800 of 803 services were not checked: a plan reads those of 200 services at "
        "most");
  CHECK(told[0].subject == "service db");
}

}  // namespace

TEST_CASE("each finding is raised when it should be, with its place and cure, and only then") {
  for (const FindingCase& one : finding_cases()) {
    CAPTURE(std::string(one.id));
    const std::vector<Finding> raised = found(one.id, one.raises, false, one.raising);
    const auto about = std::ranges::find(raised, one.subject, &Finding::subject);
    REQUIRE(about != raised.end());
    CHECK(about->severity == one.severity);
    CHECK_FALSE(about->what.empty());
    CHECK_FALSE(about->cure.empty());
    // Names from the command line have no place in the file.
    CHECK((about->place.line > 0) == (!about->id.starts_with("redeploy-")));
    const std::vector<Finding> calm = found(one.id, one.does_not, false, one.quiet);
    CHECK(std::ranges::find(calm, one.subject, &Finding::subject) == calm.end());
  }
}

TEST_CASE("every kind of finding has a case that raises it and one that does not, and all ids are known") {
  // Plans without a preflight show these; tested in engine/rollback_test.cpp, link_plan_test.cpp,
  // values_test.cpp, new_group_test.cpp and engine/rollout_group_test.cpp.
  std::set<std::string_view> shown{"group-gone",      "moved-on",       "rollback-keeps", "not-deployed",
                                   "value-hidden",    "value-moved-on", "undo-gone",      "group-stays",
                                   "group-unsettled", "swap-file",      "swap-missing"};
  for (const std::string_view id : shown) {
    CAPTURE(std::string(id));
    REQUIRE(find_finding_kind(id) != nullptr);
    CHECK_FALSE(find_finding_kind(id)->policy_may_change());
  }
  for (const FindingCase& one : finding_cases()) {
    CAPTURE(std::string(one.id));
    REQUIRE(find_finding_kind(one.id) != nullptr);
    CHECK((find_finding_kind(one.id)->check != nullptr));
    shown.insert(one.id);
  }
  for (const FindingKind& kind : finding_kinds()) {
    CAPTURE(std::string(kind.id));
    const bool elsewhere = !kind.command.empty();  // tested in group_diff_test.cpp and lint_test.cpp
    CHECK(shown.contains(kind.id) != elsewhere);
    if (elsewhere) CHECK((kind.check == nullptr && kind.policy_may_change()));
  }
}

TEST_CASE("a finding has the severity of its kind, or the lower one in its row") {
  for (const FindingCase& one : finding_cases()) {
    const std::vector<Finding> raised = found(one.id, one.raises, false, one.raising);
    const FindingKind* kind = find_finding_kind(one.id);
    REQUIRE(kind != nullptr);
    for (const Finding& finding : raised) {
      CAPTURE(finding.id);
      CHECK((finding.severity == kind->severity || finding.severity == kind->or_only));
    }
  }
}

TEST_CASE("each kind of finding has a title, and says in a sentence each when it is raised and what to do") {
  const auto sentence = [](std::string_view text) {
    return text.size() > 5 && (text[0] < 'a' || text[0] > 'z') && text.ends_with('.');
  };
  for (const FindingKind& kind : finding_kinds()) {
    CAPTURE(std::string(kind.id));
    CHECK(kind.title.size() > 5);
    CHECK(kind.title.size() <= 40);
    CHECK_FALSE(kind.title.ends_with('.'));
    CHECK(sentence(kind.looks_for));
    CHECK(sentence(kind.cure));
    CHECK((!kind.or_only || *kind.or_only < kind.severity));
    CHECK((!kind.guards || (kind.severity == Severity::error && !kind.or_only)));
  }
}

TEST_CASE("different values are a warning if no link of the plan brings them together") {
  const auto collide = [](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)}, true);
  };
  const std::vector<Finding> findings = found("collision-different", collide, true);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].variable == "A");
}

TEST_CASE("a collision says which source wins, by which rule, and whether that is guaranteed") {
  const auto text = [](const Change& change) { return found("collision-different", change).at(0).what; };
  const std::string groups = text([](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)});
  });
  CHECK(groups ==
        "A is set in group more and in group secrets with different values; the value in more wins (today's "
        "behaviour, not guaranteed by Render)");
  const std::string own = text([](Desired&, Workspace& w) {
    set_first(w, valued("A", 1));
    w.service_variables[ServiceId("srv-db")] = {valued("A", 2)};
  });
  CHECK(own ==
        "A is set on the service and in group secrets with different values; the service's value wins "
        "(guaranteed by Render)");
  const std::string unsettled = text([](Desired& d, Workspace& w) {
    set_first(w, valued("A", 1));
    add_group(d, w, {valued("A", 2)});
    w.groups[0].created.reset();
  });
  CHECK(unsettled.find("which one wins is unknown") != std::string::npos);
}

TEST_CASE("a link that the plan removes no longer collides, and one that it keeps does") {
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

TEST_CASE("many equal findings are shown as the first twenty and a number") {
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

TEST_CASE("a group of another environment is reported with the environment's name") {
  const std::vector<Finding> findings = found("group-scope", [](Desired&, Workspace& w) {
    w.groups[0].environment = EnvironmentId("evm-1");
    w.services[0].environment = EnvironmentId("evm-2");
    w.environments[EnvironmentId("evm-1")] = {"production", false, ""};
  });
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].what ==
        "secrets belongs to environment production and can only be linked to services in it; this service is "
        "in evm-2");
  CHECK(findings[1].what.ends_with("this service is in none"));
}

TEST_CASE("a protected environment is reported once, with everything of the file that is in it") {
  const std::vector<Finding> findings = found("environment-protected", [](Desired&, Workspace& w) {
    const EnvironmentId id("evm-1");
    w.groups[0].environment = w.services[0].environment = w.services[2].environment = id;
    w.environments[id] = {"production", true, ""};
  });
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].what.ends_with("In it are: group secrets, service db and service web"));
  CHECK(findings[0].place.line == 1);
}

TEST_CASE("a link to a deleted service is distinguished from a link to an unknown one") {
  const std::vector<Finding> findings = found("link-dangling", [](Desired&, Workspace& w) {
    for (const char* id : {"srv-a", "srv-b", "srv-c"}) w.groups[0].links.push_back(ServiceId(id));
    w.unlisted[ServiceId("srv-a")] = model::Unlisted::gone;
    w.unlisted[ServiceId("srv-b")] = model::Unlisted::other;
  });
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].what.find("srv-a, which Render does not find") != std::string::npos);
  CHECK(findings[1].what.find("srv-b and srv-c, not in the list") != std::string::npos);
}

TEST_CASE("the tables of docs/findings.md match the table of kinds (UPDATE_GOLDEN=1 rewrites them)") {
  const char* const page = ENVLINK_SOURCE_DIR "/docs/findings.md";
  std::ifstream file(page);
  std::string shown;
  std::string made;
  bool in_table = false;
  std::size_t tables = 0;
  for (std::string line; std::getline(file, line);) {
    shown += line + "\n";
    in_table = in_table && line.starts_with('|');
    if (in_table) continue;
    made += line + "\n";
    if (line != "| id | severity | what it looks for | cure |") continue;
    REQUIRE(std::getline(file, line));
    shown += line + "\n";
    made += line + "\n";
    for (const FindingKind& kind : finding_kinds()) {
      const std::size_t table = kind.check != nullptr ? 0 : kind.command.empty() ? 1 : 2;
      if (table == tables) made += row_of(kind);
    }
    in_table = true;
    ++tables;
  }
  CHECK(tables == 3);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(page) << made;
  CHECK((std::getenv("UPDATE_GOLDEN") != nullptr || shown == made));
}
