// Named cases of whole commands, one after the other on one machine: what a colleague does in between, and
// what the next command makes of it. The shipped workflows with the oracles of the random schedules.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "process.h"
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
        oracles_(scenario, world, start),
        wire_(scenario, choices_, world, truth_, start),
        commands_(scenario, world, store_, oracles_) {
    truth_.pass_on_to(oracles_);
  }

  template <class Command>
  Outcome command(Command what) {
    wire_.new_process(seconds(1), Duration{0});
    return *Process({.scenario = scenario,
                     .choices = choices_,
                     .wire = wire_,
                     .store = store_,
                     .oracles = oracles_,
                     .commands = commands_,
                     .truth = truth_,
                     .survived = survived_,
                     .damage = damage_,
                     .started = start})
                .carry_out(what);
  }
  Outcome apply() {
    return command([&](run::Context& context) {
      commands_.applies(false, false, 0);
      return run::apply(context, {.desired = scenario.desired}, {});
    });
  }
  /// The newest run.
  Outcome roll_back() {
    return command([&](run::Context& context) {
      commands_.rolls_back(0);
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
    const std::vector<engine::Event>& events = store_.at(1).events;
    const auto told = std::ranges::find_if(
        events, [](const engine::Event& event) { return event.is<engine::FailureTold>(); });
    REQUIRE(told != events.end());
    return *told->as<engine::FailureTold>();
  }
  template <class Deed>
  void colleague(Deed deed) {
    deed(wire_.world_now());
    truth_.acted(wire_.world_now());
  }
  void pass(Duration time) { wire_.new_process(time, Duration{0}); }

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
  Oracles oracles_;
  Wire wire_;
  run::MemoryStore store_;
  CommandOracle commands_;
  std::map<std::int64_t, Survived> survived_;
  Damage damage_;
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
  desk.pass(seconds(36));  // it is live, and a replica may still show the links of before
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

TEST_CASE("where no digest can be made, no log is shown: nobody knows which values changed") {
  Scenario scenario = two_services();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  CHECK_FALSE(Desk(scenario).failure(true).log.empty());
  const engine::FailureTold told = Desk(scenario).failure(false);
  CHECK(told.log.empty());
  CHECK(told.no_log.find("without the key of digests") != std::string::npos);
}
