#include "plan/plan_hash.h"

#include <doctest/doctest.h>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

std::string hash_of(const model::Desired& desired, const model::Workspace& actual,
                    const PlanOptions& options = {}) {
  return plan_hash(make_plan(desired, actual, options));
}

model::Workspace with_deploy(model::Workspace actual, const char* service, const char* status) {
  auto& deploys = actual.deploys[ServiceId(service)];
  if (std::string(status) == "live") deploys[0] = sample::deploy("dep-old", "deactivated", sample::now);
  deploys.insert(deploys.begin(), sample::deploy("dep-new", status, sample::now));
  return actual;
}

}  // namespace

TEST_CASE("somebody else's deploy does not change a plan's hash") {
  const std::string hash = hash_of(sample::file(), sample::workspace());
  for (const char* status : {"live", "build_in_progress", "build_failed"}) {
    CAPTURE(status);
    CHECK(hash_of(sample::file(), with_deploy(sample::workspace(), "srv-db", status)) == hash);
  }
}

TEST_CASE("builds that took longer, or a first build, do not change a plan's hash") {
  const std::string hash = hash_of(sample::file(), sample::workspace());
  model::Workspace actual = sample::workspace();
  model::Deploy& deploy = actual.deploys[ServiceId("srv-db")][0];
  deploy.finished = sample::now;
  CHECK(hash_of(sample::file(), actual) == hash);
  actual.deploys[ServiceId("srv-db")].clear();
  CHECK(hash_of(sample::file(), actual) == hash);
}

TEST_CASE("who is redeployed because of what runs is a consequence, and not in a plan's hash") {
  model::Workspace stale = sample::settled();
  PlanOptions known;
  known.history = sample::seen(stale);
  const Plan unknown = make_plan(sample::file(), stale);
  const Plan fresh = make_plan(sample::file(), stale, known);
  REQUIRE(unknown.deploys() == 3);
  REQUIRE(fresh.empty());
  CHECK(plan_hash(unknown) == plan_hash(fresh));
  CHECK(hash_of(sample::file(), stale, {.redeploy = {"api"}}) != plan_hash(unknown));
}

TEST_CASE("the file's name and positions in it are not in a plan's hash") {
  model::Desired moved = sample::file();
  moved.file = "/elsewhere/envlink.yaml";
  for (model::DesiredService& service : moved.services) service.name.place.line += 7;
  CHECK(hash_of(moved, sample::workspace()) == hash_of(sample::file(), sample::workspace()));
}

TEST_CASE("another link, service, order or setting is another hash") {
  const std::string hash = hash_of(sample::file(), sample::workspace());
  model::Desired file = sample::file();
  model::Workspace actual = sample::workspace();
  SUBCASE("one link less in the file") {
    file.services[2].link.clear();
  }
  SUBCASE("a link that somebody made") {
    actual.groups[0].links = {ServiceId("srv-db")};
  }
  SUBCASE("a link to remove") {
    file.unmanaged = model::Unmanaged::remove;
    actual.services.push_back(sample::service("other"));
    actual.groups.push_back(actual.groups[0]);
    actual.groups[1].id = GroupId("evg-old");
    actual.groups[1].name = "old";
    actual.groups[1].links = {ServiceId("srv-db")};
  }
  SUBCASE("one service less") {
    file.services.pop_back();
  }
  SUBCASE("another service with the same name") {
    actual.services[2].id = ServiceId("srv-other");
  }
  SUBCASE("another order of the services") {
    file.services[2].after.clear();
  }
  SUBCASE("the file's order instead of dependencies") {
    file.rollout.order = model::Order::listed;
  }
  SUBCASE("another reaction to failures") {
    file.rollout.on_failure = model::OnFailure::rollback;
  }
  SUBCASE("another way to make links") {
    file.api.link_method = model::LinkMethod::service_patch;
  }
  SUBCASE("another workspace") {
    actual.owner.id = OwnerId("tea-2");
  }
  CHECK(hash_of(file, actual) != hash);
}

TEST_CASE("a plan's hash covers the keys that change, but not values or where they come from") {
  const auto hash = [](unsigned char value, const char* key, const char* folder) {
    PlanOptions options;
    options.values = {{.in_file = "secrets", .given = {{.key = key}}}};
    options.values[0].given[0].digest = model::ValueDigest({value});
    options.values_from = ValueSource{ValueOrigin::configuration, folder};
    const Plan plan = make_plan(sample::file(), sample::settled(), options);
    REQUIRE(plan.values.size() == 1);
    return plan_hash(plan);
  };
  const std::string one = hash(1, "TOKEN", "/home/one/envlink.yaml");
  CHECK(one == hash(2, "TOKEN", "/home/two/envlink.yaml"));
  CHECK(one != hash(1, "OTHER", "/home/one/envlink.yaml"));
}
