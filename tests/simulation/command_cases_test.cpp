// Named cases of whole commands, one after the other on one machine: what a colleague does in between, and
// what the next command makes of it. The shipped workflows with the oracles of the random schedules.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "machine.h"
#include "run/execute.h"
#include "sample.h"

using namespace envlink;
using namespace envlink::simulation;
using model::Outcome;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

class Desk {
 public:
  explicit Desk(Scenario the_scenario)
      : scenario(std::move(the_scenario)),
        world(scenario.workspace, start, 1.0, 1),
        truth_(scenario, world),
        machine_(scenario, choices_, world, truth_, start) {}

  template <class Command>
  Outcome command(Command what) {
    pass(seconds(1));
    return *Process(machine_.surroundings(scenario, choices_, truth_, start)).carry_out(what);
  }
  Outcome apply(const plan::PlanOptions& options = {}) {
    return command([&](run::Context& context) {
      machine_.commands.applies(false, false, 0);
      return run::apply(context, {.desired = scenario.desired, .options = options}, {});
    });
  }
  /// The newest run.
  Outcome roll_back() {
    return command([&](run::Context& context) {
      machine_.commands.rolls_back(0);
      const auto chosen = run::choose_for_rollback(context.store, 0);
      REQUIRE(chosen.has_value());
      return run::roll_back(context, *chosen, {});
    });
  }
  /// The second service's deploy fails. What is told of it.
  engine::FailureTold failure(bool digests) {
    command([&](run::Context& context) {
      if (!digests) context.digests = [](bool) { return run::Digests{}; };
      const auto resolved = run::resolve_plan(context, {.desired = scenario.desired});
      REQUIRE(resolved.has_value());
      const auto taken = run::take_lock(context, resolved->plan.owner.id.text(), {});
      REQUIRE(taken.has_value());
      REQUIRE(context.frontend.confirm(run::Question::apply).has_value());
      return run::execute_alone(context, *taken->lock, resolved->plan);
    });
    const std::vector<engine::Event>& events = machine_.store.at(1).events;
    const auto told = std::ranges::find_if(
        events, [](const engine::Event& event) { return event.is<engine::FailureTold>(); });
    REQUIRE(told != events.end());
    return *told->as<engine::FailureTold>();
  }
  template <class Deed>
  void colleague(Deed deed) {
    deed(now());
    truth_.acted(now());
  }
  void pass(Duration time) { machine_.wire.new_process(time, Duration{0}); }
  Time now() const { return machine_.wire.world_now(); }

  std::string service(std::size_t index) const { return scenario.workspace.services[index].id; }
  std::string group() const { return scenario.workspace.groups[0].id; }
  std::size_t deploys_by_api() const {
    const auto all = world.deploys();
    return static_cast<std::size_t>(
        std::ranges::count(all, std::string("api"), &emulator::World::DeployRecord::trigger));
  }

  static constexpr Time start{std::chrono::hours(24 * 365 * 56)};
  const Scenario scenario;
  emulator::World world;

 private:
  Choices choices_{1};
  TruthOracle truth_;
  Machine machine_;
};

Scenario with_colleagues() {
  Scenario scenario = two_services();
  scenario.untouched = scenario.own_links = scenario.lone = false;
  return scenario;
}

}  // namespace

TEST_CASE("links that a colleague makes again right after a rollback took them away are deployed once") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  REQUIRE(desk.roll_back() == Outcome::done);
  desk.colleague([&](Time now) {
    for (const auto& service : desk.scenario.workspace.services)
      desk.world.link(desk.group(), service.id, now);
  });
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply() == Outcome::done);
  CHECK(desk.deploys_by_api() == before + 2);
  CHECK(desk.apply() == Outcome::nothing_to_do);
}

TEST_CASE("a colleague's deploy that a later reading shows to carry the links is not made again") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  desk.colleague([&](Time now) { desk.world.push_commit(desk.service(0), now); });
  desk.pass(seconds(36));  // it is live, and for 30 s more a reading need not show the links of then
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply() == Outcome::nothing_to_do);
  CHECK(desk.deploys_by_api() == before);
}

TEST_CASE("a run waits for the reading that tells what a colleague's deploy carries, and is proved") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  desk.colleague([&](Time now) {
    desk.world.unlink(desk.group(), desk.service(0), now);
    desk.world.push_commit(desk.service(1), now);
  });
  CHECK(desk.apply() == Outcome::done);
  CHECK(desk.apply() == Outcome::nothing_to_do);
}

TEST_CASE("nothing is waited for where it is known what runs, or where it is deployed anyway") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  Time began = desk.now();
  CHECK(desk.apply() == Outcome::nothing_to_do);
  CHECK(desk.now() - began < seconds(10));
  desk.pass(minutes(2));
  desk.colleague([&](Time now) { desk.world.push_commit(desk.service(0), now); });
  desk.pass(seconds(36));
  began = desk.now();
  CHECK(desk.apply({.redeploy = {"first"}}) == Outcome::done);
  CHECK(desk.world.deploys().back().created - began < seconds(10));
}

TEST_CASE("where no digest can be made, no log is shown: nobody knows which values changed") {
  Scenario scenario = two_services();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  CHECK_FALSE(Desk(scenario).failure(true).log.empty());
  const engine::FailureTold told = Desk(scenario).failure(false);
  CHECK(told.log.empty());
  CHECK(told.no_log.find("without the key of digests") != std::string::npos);
}
