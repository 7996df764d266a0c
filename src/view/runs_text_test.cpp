#include "view/runs_text.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "view/ago.h"

using namespace envlink;
using namespace envlink::view;

namespace {

constexpr Time now{std::chrono::hours(24 * 20'000)};

std::vector<RunRow> some_runs() {
  using namespace std::chrono;
  return {{.number = 12,
           .began = now - seconds(20),
           .changes = RunChanges{.values = 1, .links = 2, .deploys = 3},
           .workspace = "toolboxai",
           .by = "me@laptop"},
          {.number = 11,
           .began = now - minutes(12),
           .ended = now - minutes(11),
           .outcome = model::Outcome::done,
           .undoes = 9,
           .changes = RunChanges{.links = 9, .deploys = 9},
           .workspace = "toolboxai",
           .by = "me@laptop"},
          {.number = 9,
           .began = now - hours(50),
           .ended = now - hours(49),
           .outcome = model::Outcome::timed_out,
           .changes = RunChanges{.groups = 1, .values = 12, .links = 12, .deploys = 12},
           .workspace = std::string(60, 'w'),
           .by = std::string(60, 'b')}};
}

}  // namespace

TEST_CASE("a recent time is relative, and an old one is a date") {
  using namespace std::chrono;
  CHECK(ago(now + seconds(5), now) == "just now");
  CHECK(ago(now - seconds(59), now) == "just now");
  CHECK(ago(now - seconds(60), now) == "1 min ago");
  CHECK(ago(now - minutes(59), now) == "59 min ago");
  CHECK(ago(now - hours(1), now) == "1 h ago");
  CHECK(ago(now - hours(47), now) == "47 h ago");
  CHECK(ago(now - hours(48), now) == "2 days ago");
  CHECK(ago(now - hours(24 * 182), now) == "182 days ago");
  CHECK(ago(now - hours(24 * 183), now) == "2024-04-04");
}

TEST_CASE("runs are a table, and a rollback names the run that it undoes") {
  CHECK(render_runs({some_runs()[0], some_runs()[1]}, now, Style{}) ==
        "run  began       took  changes           outcome     workspace  by\n"
        " 12  just now          1 value, 2 links  unfinished  toolboxai  me@laptop\n"
        " 11  12 min ago  1m    rollback of 9     done        toolboxai  me@laptop\n");
}

TEST_CASE("a run whose plan is unknown has no changes in the table") {
  CHECK(render_runs({{.number = 1, .began = now, .workspace = "w", .by = "me"}}, now, Style{}) ==
        "run  began     took  changes  outcome     workspace  by\n"
        "  1  just now                 unfinished  w          me\n");
}

TEST_CASE("what a run changes is counted, and deploys only if nothing else changes") {
  CHECK(changes_text({}) == "");
  CHECK(changes_text({.deploys = 1}) == "1 deploy");
  CHECK(changes_text({.links = 1, .deploys = 3}) == "1 link");
  CHECK(changes_text({.groups = 1, .values = 2, .links = 9, .deploys = 9}) ==
        "1 new group, 2 values, 9 links");
}

TEST_CASE("no line of the runs is wider than the screen") {
  for (const std::size_t width : {std::size_t{60}, std::size_t{80}, std::size_t{120}}) {
    Style style;
    style.width = width;
    std::string text = render_runs(some_runs(), now, style);
    while (!text.empty()) {
      const auto end = text.find('\n');
      CHECK(display_width(text.substr(0, end)) <= width);
      text.erase(0, end + 1);
    }
  }
}
