#include "run/prune.h"

#include <doctest/doctest.h>

using namespace envlink;
using namespace envlink::run;

namespace {

plan::ValueChange change(plan::ValueAction action, const char* group, const char* key) {
  return {.action = action, .group = GroupId(group), .group_name = group, .key = key};
}

}  // namespace

TEST_CASE("pruning is allowed by a number, or by a person who sees the plan") {
  using plan::ValueAction;
  PlanSource source;
  source.values.push_back({.in_file = "one"});
  source.values.push_back({.in_file = "two", .prune = true});
  plan::Plan plan;
  plan.values = {change(ValueAction::set, "one", "A"), change(ValueAction::unset, "two", "B"),
                 change(ValueAction::unset, "two", "C"), change(ValueAction::unset, "three", "D")};
  CHECK(check_pruned(source, plan, {}).has_value());
  CHECK(check_pruned(source, plan, {.at_most = 3, .unseen = true}).has_value());
  const auto unseen = check_pruned(source, plan, {.unseen = true});
  REQUIRE_FALSE(unseen);
  CHECK(unseen.error().kind == ErrorKind::refused);
  CHECK(unseen.error().what ==
        "Pruning would unset 2 variables of two: B and C; 1 variable of three: D; nothing was changed");
  CHECK(unseen.error().cure == "If you mean it: --prune-at-most 3");
  const auto more = check_pruned(source, plan, {.at_most = 2});
  REQUIRE_FALSE(more);
  CHECK(more.error().what.ends_with("D, more than 2; nothing was changed"));

  plan.values.resize(1);
  CHECK(check_pruned(source, plan, {.at_most = 0, .unseen = true}).has_value());
}

TEST_CASE("of many keys that pruning would unset, the rest is counted") {
  PlanSource source;
  source.values.push_back({.in_file = "two", .prune = true});
  plan::Plan plan;
  for (int i = 0; i < 39; ++i) plan.values.push_back(change(plan::ValueAction::unset, "two", "KEY"));
  const auto refused = check_pruned(source, plan, {.unseen = true});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.starts_with("Pruning would unset 39 variables of two: KEY, KEY"));
  CHECK(refused.error().what.ends_with("KEY and 19 more; nothing was changed"));
}

TEST_CASE("variables that the user names to unset are not pruned") {
  PlanSource source;
  source.values.push_back({.in_file = "one", .unset = {"A"}});
  plan::Plan plan;
  plan.values = {change(plan::ValueAction::unset, "one", "A")};
  CHECK(check_pruned(source, plan, {.unseen = true}).has_value());
}
