#include "plan/checks/checks.h"

#include <doctest/doctest.h>

#include "plan/finding.h"
#include "plan/make_plan.h"
#include "plan/sample_test.h"
#include "plan/verification.h"

using namespace envlink;
using namespace envlink::plan;
using model::Desired;
using model::PolicyRule;
using model::Workspace;

namespace {

PolicyRule rule(const char* id, std::optional<Severity> severity) {
  PolicyRule one;
  one.id = sample::word(id);
  one.severity = severity;
  one.reason = "we know";
  return one;
}

/// The group has two variables, and the file expects three.
Desired too_few() {
  Desired desired = sample::file();
  desired.groups[0].variables = model::VariableCount{3, false, {4, 1}};
  return desired;
}

Plan planned(const Desired& desired, const Workspace& actual = sample::workspace()) {
  return make_plan(desired, actual);
}

}  // namespace

TEST_CASE("a policy lowers, raises and ignores a finding, with its reason") {
  Desired desired = too_few();
  CHECK(planned(desired).refused());
  desired.policy = {rule("group-variable-count", Severity::warning)};
  const Plan lowered = planned(desired);
  CHECK_FALSE(lowered.refused());
  REQUIRE(lowered.findings.size() == 1);
  CHECK(lowered.findings[0].severity == Severity::warning);
  CHECK(lowered.findings[0].policy == "we know");
  desired.policy = {rule("group-variable-count", std::nullopt)};
  const Plan without = planned(desired);
  CHECK(without.findings.empty());
  REQUIRE(without.ignored.size() == 1);
  CHECK(without.ignored[0].policy == "we know");

  Desired calm = sample::file();
  Workspace actual = sample::workspace();
  actual.groups[0].links.push_back(ServiceId("srv-gone"));
  CHECK_FALSE(planned(calm, actual).refused());
  calm.policy = {rule("link-dangling", Severity::error)};
  CHECK(planned(calm, actual).refused());
}

TEST_CASE("the first rule that fits counts") {
  Desired desired = too_few();
  desired.policy = {rule("group-variable-count", Severity::note), rule("group-variable-count", std::nullopt)};
  CHECK(planned(desired).findings.at(0).severity == Severity::note);
}

TEST_CASE("a rule for a subject or a variable does not affect others") {
  Desired desired = sample::file();
  desired.services[0].require = {{sample::word("A")}, {sample::word("B")}};
  desired.services[1].require = {{sample::word("A")}};
  CHECK(planned(desired).findings.size() == 3);
  desired.policy = {rule("service-variable-missing", std::nullopt)};
  desired.policy[0].subject = sample::word("db");
  CHECK(planned(desired).findings.size() == 1);
  desired.policy[0].variable = sample::word("B");
  CHECK(planned(desired).findings.size() == 2);
  desired.policy[0].subject.reset();
  desired.policy[0].variable = sample::word("A");
  CHECK(planned(desired).findings.size() == 1);
}

TEST_CASE("a subject may be an id, or the name in the file") {
  for (const char* subject : {"secrets", "evg-secrets"}) {
    CAPTURE(std::string(subject));
    Desired desired = too_few();
    desired.groups[0].id = sample::word("evg-secrets");
    desired.policy = {rule("group-variable-count", std::nullopt)};
    desired.policy[0].subject = sample::word(subject);
    CHECK(planned(desired).ignored.size() == 1);
  }
}

TEST_CASE("findings that guard against wrong writes stay errors, whatever the file says") {
  Workspace actual = sample::workspace();
  actual.services[0].name = "other";
  Desired desired = sample::file();
  for (const FindingKind& kind : finding_kinds()) {
    desired.policy.push_back(rule(std::string(kind.id).c_str(), std::nullopt));
  }
  const Plan plan = planned(desired, actual);
  CHECK(plan.refused());
  CHECK(plan.findings.at(0).id == "service-missing");
}

TEST_CASE("verify applies the policy as well, and does not fail for warnings") {
  Desired desired = too_few();
  CHECK_FALSE(verify(desired, sample::settled()).steps[1].passed);
  desired.policy = {rule("group-variable-count", Severity::warning)};
  CHECK(verify(desired, sample::settled()).steps[1].passed);
}
