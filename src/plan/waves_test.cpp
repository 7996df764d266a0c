#include "plan/waves.h"

#include <doctest/doctest.h>

using envlink::plan::effective_dependencies;
using envlink::plan::waves_of;
using Lists = std::vector<std::vector<std::size_t>>;

TEST_CASE("a diamond has three waves") {
  const Lists after = {{}, {0}, {0}, {1, 2}};
  const std::vector<bool> all(4, true);
  CHECK(waves_of(effective_dependencies(after, all), all) == Lists{{0}, {1, 2}, {3}});
}

TEST_CASE("dependencies lead through services that do not take part, each once") {
  const Lists after = {{}, {0}, {0}, {1, 2}};
  CHECK(effective_dependencies(after, {true, false, false, true}) == Lists{{}, {}, {}, {0}});
}

TEST_CASE("a chain of a hundred thousand services is ordered without recursion") {
  Lists after(100'000);
  for (std::size_t i = 1; i < after.size(); ++i) after[i] = {i - 1};
  CHECK(waves_of(after, std::vector<bool>(after.size(), true)).size() == after.size());
}

TEST_CASE("without redeployed services there are no waves") {
  CHECK(waves_of({{}, {0}}, {false, false}).empty());
}

TEST_CASE("a plan is put in waves by those that take part") {
  envlink::plan::Plan plan;
  plan.services.resize(3);
  plan.services[1].wave = 7;
  put_in_waves(plan, {{}, {0}, {1}}, {true, false, true});
  CHECK(plan.waves == Lists{{0}, {2}});
  CHECK(plan.services[2].waits_for == std::vector<std::size_t>{0});
  CHECK(plan.services[0].wave == 1);
  CHECK(plan.services[1].wave == 0);
  CHECK(plan.services[2].wave == 2);
}
