#include "plan/make_plan.h"

#include <doctest/doctest.h>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

/// Everything is up to date, and a service outside the file has the group as well.
model::Workspace shared_with_another() {
  model::Workspace actual = sample::settled();
  actual.services.push_back(sample::service("other"));
  actual.groups[0].links.push_back(ServiceId("srv-other"));
  return actual;
}

const std::vector<StaleConsumer> other{{"secrets", "other"}};

}  // namespace

TEST_CASE("a changed group makes its services outside the file stale") {
  model::Workspace actual = shared_with_another();
  CHECK(make_plan(sample::file(), actual).stale_consumers.empty());
  actual.groups[0].updated = sample::now;
  CHECK(make_plan(sample::file(), actual).stale_consumers == other);
}

TEST_CASE("a requested redeploy counts as a change of values") {
  PlanOptions extra;
  extra.redeploy = {"db"};
  CHECK(make_plan(sample::file(), shared_with_another(), extra).stale_consumers == other);
}

TEST_CASE(
    "a plan that changes values of a group makes services outside the file stale, and deploys its own") {
  PlanOptions options;
  options.values = {{.in_file = "secrets", .given = {{.key = "TOKEN"}}}};
  options.values[0].given[0].digest = model::ValueDigest({1});
  const Plan plan = make_plan(sample::file(), shared_with_another(), options);
  CHECK(plan.stale_consumers == other);
  CHECK(plan.deploys() == 3);
  CHECK(plan.services[0].redeploy == Reason::values_change);
}

TEST_CASE("an added link affects only its own service") {
  model::Workspace actual = shared_with_another();
  actual.groups[0].links = {ServiceId("srv-other"), ServiceId("srv-db")};
  const Plan plan = make_plan(sample::file(), actual);
  CHECK(plan.links.size() == 2);
  CHECK(plan.stale_consumers.empty());
}

TEST_CASE("a plan shows what a redeploy means for its service") {
  model::Workspace actual = sample::workspace();
  actual.services[0].has_disk = true;
  actual.services[1].auto_deploy = true;
  const Plan plan = make_plan(sample::file(), actual);
  CHECK(plan.services[0].has_disk);
  CHECK_FALSE(plan.services[1].has_disk);
  CHECK(plan.services[1].auto_deploy);
  // Without a build there is no expected duration, but the usual one is still known.
  CHECK_FALSE(plan.services[0].expected_duration.has_value());
  CHECK(plan.services[0].median_duration == std::chrono::seconds(60));
}
