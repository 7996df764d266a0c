// A plan depends on the content of the workspace, not on the order of Render's lists.

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "model/canonical_order.h"
#include "plan/make_plan.h"
#include "plan/sample_test.h"
#include "plan/stored.h"

using namespace envlink;
using namespace envlink::plan;

namespace {

using Lot = std::mt19937;

void shuffle(model::Workspace& actual, Lot& lot) {
  std::ranges::shuffle(actual.services, lot);
  std::ranges::shuffle(actual.groups, lot);
  for (model::Group& group : actual.groups) {
    std::ranges::shuffle(group.links, lot);
    if (group.variables) std::ranges::shuffle(*group.variables, lot);
    std::ranges::shuffle(group.secret_files, lot);
  }
  for (auto& [service, variables] : actual.service_variables) std::ranges::shuffle(variables, lot);
}

/// Services, groups that the file does not name, duplicate names, and random links.
model::Workspace random_workspace(Lot& lot) {
  model::Workspace actual = sample::workspace();
  for (const char* name : {"other", "twin", "twin"}) {
    actual.services.push_back(sample::service(name));
    actual.services.back().id = ServiceId("srv-" + std::to_string(actual.services.size()));
  }
  for (const char* name : {"legacy", "shared", "shared"}) {
    model::Group group;
    group.id = GroupId("evg-" + std::to_string(actual.groups.size()));
    group.name = name;
    group.variables = std::vector<model::Variable>{{"VITE_B"}, {"VITE_A"}, {"Z"}};
    actual.groups.push_back(group);
  }
  for (model::Group& group : actual.groups) {
    for (const model::Service& service : actual.services) {
      if (lot() % 2 == 0) group.links.push_back(service.id);
    }
  }
  return actual;
}

model::Desired random_file(Lot& lot) {
  model::Desired desired = sample::file();
  desired.unmanaged = static_cast<model::Unmanaged>(lot() % 3);
  const char* names[] = {"legacy", "shared", "legcay"};
  model::DesiredGroup group;
  group.name.text = names[lot() % 3];
  desired.groups.push_back(group);
  desired.services[lot() % 3].link.push_back({group.name.text, {}});
  if (lot() % 4 == 0) desired.services.push_back(sample::wanted("twin", {}, 40));
  return desired;
}

}  // namespace

TEST_CASE("a plan has the same bytes whatever the order of Render's lists") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Lot lot(seed);
    model::Workspace actual = random_workspace(lot);
    const model::Desired desired = random_file(lot);
    const std::string first = to_json(make_plan(desired, actual));
    for (int again = 0; again < 3; ++again) {
      shuffle(actual, lot);
      REQUIRE(to_json(make_plan(desired, actual)) == first);
    }
  }
}

TEST_CASE("ordering a workspace is idempotent and leaves deploys newest first") {
  Lot lot(7);
  model::Workspace actual = random_workspace(lot);
  const ServiceId db("srv-db");
  actual.deploys[db].insert(actual.deploys[db].begin(), sample::deploy("dep-0", "live", sample::now));
  const auto deploys = actual.deploys;
  CHECK_FALSE(model::in_canonical_order(actual));
  model::put_in_canonical_order(actual);
  CHECK(model::in_canonical_order(actual));
  CHECK(actual.deploys == deploys);
}
