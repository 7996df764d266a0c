#include "plan/build_choice.h"

#include <doctest/doctest.h>

#include "plan/sample_test.h"

using namespace envlink;
using namespace envlink::plan;
using std::chrono::seconds;

namespace {

model::Deploy lasting(Duration length, const char* trigger) {
  model::Deploy one = sample::deploy("dep", "deactivated", sample::now, trigger);
  one.finished = sample::now + length;
  return one;
}

}  // namespace

TEST_CASE("a rollback builds nothing, so its length is not expected of a build") {
  const model::Deploy build = lasting(seconds(300), "new_commit");
  const model::Deploy rollback = lasting(seconds(10), "rollback");
  CHECK(expected_duration({rollback, rollback, build}, true) == seconds(300));
  CHECK_FALSE(expected_duration({rollback}, true).has_value());
}

TEST_CASE("the expected duration is the median of the last five builds") {
  std::vector<model::Deploy> deploys;
  for (const int length : {50, 10, 40, 20, 30, 900, 900}) deploys.push_back(lasting(seconds(length), "api"));
  CHECK(expected_duration(deploys, true) == seconds(30));
  deploys.insert(deploys.begin(), 5, lasting(seconds(1), "rollback"));
  CHECK(expected_duration(deploys, true) == seconds(30));
}
