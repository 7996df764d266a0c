#include "plan/verification.h"

#include <doctest/doctest.h>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

TEST_CASE("a suspended service that the file leaves alone passes, and is mentioned") {
  model::Workspace actual = sample::settled();
  actual.services[0].suspended = true;
  model::Desired desired = sample::file();
  CHECK_FALSE(verify(desired, actual, sample::seen(sample::settled())).passed());
  desired.rollout.suspended = model::OnSuspended::link;
  CHECK(verify(desired, actual, sample::seen(sample::settled())).passed());
  CHECK(verify(desired, actual, sample::seen(sample::settled())).steps[3].title ==
        "2 of 3 services are live (1 suspended and left alone)");
  actual.groups[0].links.clear();
  CHECK_FALSE(verify(desired, actual, sample::seen(sample::settled())).steps[2].passed);
  actual.groups[0].links = {actual.services[1].id, actual.services[2].id};
  desired.rollout.suspended = model::OnSuspended::skip;
  const VerifiedStep skipped = verify(desired, actual, sample::seen(sample::settled())).steps[2];
  CHECK(skipped.passed);
  CHECK(skipped.title == "2 of 3 services have their groups linked (1 suspended and left alone)");
}

TEST_CASE("an up-to-date workspace passes all four steps") {
  const Verification result = verify(sample::file(), sample::settled(), sample::seen(sample::settled()));
  CHECK(result.passed());
  CHECK(result.steps[0].title == "Connected to acme");
  CHECK(result.steps[1].title == "The environment group exists");
  CHECK(result.steps[2].title == "All 3 services have their groups linked");
  CHECK(result.steps[3].title == "All 3 services are live");
  for (const VerifiedService& service : result.services) CHECK(service.freshness == Freshness::live);
}

TEST_CASE("a missing link fails the third and fourth step, with its name") {
  model::Workspace actual = sample::settled();
  actual.groups[0].links.pop_back();
  const Verification result = verify(sample::file(), actual, sample::seen(sample::settled()));
  CHECK(result.steps[1].passed);
  REQUIRE_FALSE(result.steps[2].passed);
  CHECK(result.steps[2].problems == std::vector<std::string>{"service web: secrets is not linked"});
  CHECK_FALSE(result.steps[3].passed);
  CHECK(result.services[2].freshness == Freshness::staged);
}

TEST_CASE("a running deploy older than its group's last change is stale") {
  model::Workspace actual = sample::settled();
  actual.groups[0].updated = sample::now;
  const Verification result = verify(sample::file(), actual);
  CHECK_FALSE(result.passed());
  CHECK(result.services[0].freshness == Freshness::stale);
}

TEST_CASE("a deploy in progress passes") {
  model::Workspace actual = sample::settled();
  auto& deploys = actual.deploys[ServiceId("srv-db")];
  deploys.insert(deploys.begin(), sample::deploy("dep-new", "build_in_progress", sample::now));
  const Verification result = verify(sample::file(), actual, sample::seen(sample::settled()));
  CHECK(result.passed());
  CHECK(result.services[0].freshness == Freshness::deploying);
}

TEST_CASE("a service without evidence is unknown and does not pass") {
  model::Workspace actual = sample::settled();
  actual.deploys[ServiceId("srv-db")].clear();
  const Verification result = verify(sample::file(), actual, sample::seen(sample::settled()));
  CHECK_FALSE(result.passed());
  CHECK(result.services[0].freshness == Freshness::unknown);
}

TEST_CASE("a missing group fails the second step with its own message") {
  model::Workspace actual = sample::settled();
  actual.groups[0].name = "other";
  const Verification result = verify(sample::file(), actual, sample::seen(sample::settled()));
  REQUIRE_FALSE(result.steps[1].passed);
  CHECK(result.steps[1].problems[0] == "group secrets: workspace acme has no group called secrets");
}

TEST_CASE("a service whose group is missing or ambiguous is neither linked nor live") {
  for (const bool two : {false, true}) {
    model::Workspace actual = sample::settled();
    if (two) {
      actual.groups.push_back(actual.groups[0]);
      actual.groups[1].id = GroupId("evg-other");
    } else {
      actual.groups[0].name = "other";
    }
    const std::string why = two ? "secrets may mean several groups" : "secrets was not found";
    const Verification result = verify(sample::file(), actual, sample::seen(sample::settled()));
    CHECK_FALSE(result.steps[2].passed);
    CHECK(result.steps[2].problems[0] == "service db: " + why);
    CHECK_FALSE(result.steps[3].passed);
    CHECK(result.services[0].freshness == Freshness::unknown);
    CHECK(result.services[0].because == why);
  }
}

TEST_CASE("an unknown service does not pass unless the file allows it") {
  model::Desired desired = sample::file();
  const Verification result = verify(desired, sample::settled());
  REQUIRE_FALSE(result.steps[3].passed);
  CHECK(result.steps[3].problems[0] ==
        "service db: unknown, envlink cannot tell whether its running deploy includes secrets");
  desired.verify_unknown = model::VerifyUnknown::allow;
  CHECK(verify(desired, sample::settled()).passed());
  CHECK(verify(desired, sample::settled()).services[0].freshness == Freshness::unknown);
}
