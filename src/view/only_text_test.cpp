#include "view/only_text.h"

#include <doctest/doctest.h>

#include "view/plan_brief.h"
#include "view/sample_test.h"

using namespace envlink;
using namespace envlink::view;

namespace {

plan::Plan with_only(plan::Only only) {
  plan::Plan plan;
  plan.only = std::move(only);
  return plan;
}

std::string shown(const plan::Plan& plan, bool whole = false) {
  return render_only(plan, {.width = 400}, whole);
}

}  // namespace

TEST_CASE("a plan of the whole file says nothing of --only") {
  CHECK(shown({}).empty());
  CHECK(render_left_out({}, {}).empty());
}

TEST_CASE("what --only selects, what comes with it and what it leaves out is one sentence each") {
  const plan::Plan plan = with_only({.words = {"web", "job-*"},
                                     .in_file = 9,
                                     .selected = {"web", "job-a"},
                                     .with = {{"db", "web"}, {"migrate", "web"}, {"queue", "job-a"}},
                                     .left_out = {"api"}});
  CHECK(shown(plan) ==
        "--only web 'job-*': 2 of 9 services, with db and migrate (web comes after them) and queue (job-a "
        "comes after it). Left out: 1 service with changes: api.\n");
  CHECK(render_left_out(plan, {.width = 400}) ==
        "Left out: 1 service with changes. To roll them out: envlink apply\n");
}

TEST_CASE("many services that are left out are counted, and named in a whole plan") {
  const plan::Plan plan =
      with_only({.words = {"web"}, .in_file = 9, .selected = {"web"}, .left_out = {"a", "b", "c", "d", "e"}});
  CHECK(shown(plan) ==
        "--only web: 1 of 9 services. Left out: 5 services with changes: a, b, c, d and 1 more.\n");
  CHECK(shown(plan, true).ends_with("a, b, c, d and e.\n"));
}

TEST_CASE("nothing to do is said of the selected services alone") {
  plan::Plan plan = sample::empty();
  plan.only = plan::Only{.words = {"web"}, .in_file = 9, .selected = {"web"}, .left_out = {"api"}};
  CHECK(render_plan_brief(plan, {.width = 400}).ends_with("Nothing to do for web.\n"));
}
