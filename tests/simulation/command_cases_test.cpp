// Named cases of whole commands, one after the other on one machine: what a colleague does in between, and
// how the next command reacts. The shipped workflows with the oracles of the random schedules.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "machine.h"
#include "plan/plan_hash.h"
#include "run/execute.h"
#include "sample.h"

using namespace envlink;
using namespace envlink::simulation;
using model::Outcome;
using std::chrono::hours;
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
    Process::Surroundings all = machine_.surroundings(scenario, choices_, truth_, start);
    all.when_waiting = [&] {
      ++waits;
      if (when_waiting) when_waiting();
    };
    all.plan_from_file = plan_from_file_;
    return *Process(all).carry_out(what);
  }
  Outcome apply(const run::PlanSource& source) {
    plan_from_file_ = source.file.has_value();
    return command([&](run::Context& context) {
      machine_.commands.applies(plan_from_file_, anew, 0);
      return run::apply(context, source, {.anew = anew});
    });
  }
  Outcome apply() { return apply({.desired = scenario.desired}); }
  run::ResolvedPlan plan() {
    std::optional<run::ResolvedPlan> planned;
    plan_from_file_ = false;
    command([&](run::Context& context) {
      const auto resolved = run::resolve_plan(context, {.desired = scenario.desired});
      REQUIRE(resolved.has_value());
      planned = *resolved;
      return Outcome::done;
    });
    machine_.commands.plan_file_made(planned->plan, now());
    return *planned;
  }
  /// Another process executes a run that changes nothing.
  void other_run(const plan::Plan& plan) {
    const run::RunSummary summary{.workspace = plan.owner.id.text(), .file = plan.file, .began = now()};
    const auto run = machine_.store.begin(summary, plan);
    REQUIRE(machine_.store.end(*run, now(), Outcome::done).has_value());
  }
  /// A run ended and could not restore the first service's automatic deploys.
  void run_leaves_them_off(const plan::Plan& plan) {
    using namespace engine;
    const run::RunSummary summary{.workspace = plan.owner.id.text(), .file = plan.file, .began = now()};
    const auto run = machine_.store.begin(summary, plan);
    const EventService first = event_service(plan, 0);
    REQUIRE(machine_.store.append(*run, {{now(), HoldIntended{first, HoldAction::hold, "commit", 1}},
                                         {now(), HoldAnswered{.service = first, .http_status = 200}},
                                         {now(), HoldProved{first, HoldAction::hold, "off"}},
                                         {now(), HoldFailed{first, HoldAction::restore, "403", ""}},
                                         {now(), RunEnded{Outcome::error}}}));
    REQUIRE(machine_.store.end(*run, now(), Outcome::error));
  }
  /// On a machine whose clock is that far ahead of the first one's, at once.
  Outcome resume(Duration ahead) {
    machine_.wire.new_process(seconds(0), ahead);
    return command([&](run::Context& context) {
      const auto chosen = run::choose_resumable(context.store, 0);
      REQUIRE((chosen && *chosen));
      return run::resume(context, **chosen, {});
    });
  }
  /// Rolls back the newest run.
  Outcome roll_back() {
    return command([&](run::Context& context) {
      machine_.commands.rolls_back(0);
      const auto chosen = run::choose_for_rollback(context.store, 0);
      REQUIRE(chosen.has_value());
      return run::roll_back(context, *chosen, {});
    });
  }
  /// What the run reports about the failed deploy of the second service.
  engine::FailureTold failure(bool digests) {
    command([&](run::Context& context) {
      if (!digests) context.digests = [](bool) { return run::Digests{}; };
      const auto resolved = run::resolve_plan(context, {.desired = scenario.desired});
      REQUIRE(resolved.has_value());
      const auto taken = run::take_lock(context, resolved->plan.owner.id.text(), {});
      REQUIRE(taken.has_value());
      REQUIRE(context.frontend.confirm(run::Question::apply).has_value());
      return run::execute_alone(context, resolved->plan);
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
  Scenario scenario;
  emulator::World world;
  bool anew = false;
  int waits = 0;
  std::function<void()> when_waiting{};

 private:
  Choices choices_{1};
  TruthOracle truth_;
  Machine machine_;
  bool plan_from_file_ = false;
};

Scenario with_colleagues() {
  Scenario scenario = two_services();
  scenario.untouched = scenario.own_links = scenario.lone = false;
  return scenario;
}

/// A rollback removes the links, and a colleague restores them at once: reads may still show the old state.
void unlink_and_link_again(Desk& desk) {
  REQUIRE(desk.apply() == Outcome::done);
  REQUIRE(desk.roll_back() == Outcome::done);
  desk.colleague([&](Time now) {
    for (const auto& service : desk.scenario.workspace.services)
      desk.world.link(desk.group(), service.id, now);
  });
}

/// A colleague's deploy of the first service is live. For another 30 s, reads may not show the links with
/// which it began.
void deploy_just_before(Desk& desk) {
  desk.colleague([&](Time now) { desk.world.push_commit(desk.service(0), now); });
  desk.pass(seconds(36));
}

std::string hash_of(const run::ResolvedPlan& planned) {
  return plan::plan_hash(planned.plan);
}

}  // namespace

TEST_CASE("links that a colleague restores right after a rollback removed them are deployed once") {
  Desk desk(with_colleagues());
  unlink_and_link_again(desk);
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply() == Outcome::done);
  CHECK(desk.deploys_by_api() == before + 2);
  CHECK(desk.apply() == Outcome::nothing_to_do);
}

TEST_CASE(
    "a service is not deployed again if a later reading shows that a colleague's deploy has the links") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  deploy_just_before(desk);
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply() == Outcome::nothing_to_do);
  CHECK(desk.deploys_by_api() == before);
}

TEST_CASE("apply waits for the reading that shows what a colleague's deploy has, and its check succeeds") {
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

TEST_CASE("apply does not wait if it knows what runs or deploys the service anyway") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  CHECK(desk.apply() == Outcome::nothing_to_do);
  desk.pass(minutes(2));
  deploy_just_before(desk);
  CHECK(desk.apply({.desired = desk.scenario.desired, .options = {.redeploy = {"first"}}}) == Outcome::done);
  CHECK(desk.waits == 0);
}

TEST_CASE("apply waits until it knows what each of a colleague's deploys has") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  desk.colleague([&](Time now) { desk.world.push_commit(desk.service(0), now); });
  desk.pass(seconds(24));
  desk.colleague([&](Time now) { desk.world.push_commit(desk.service(1), now); });
  desk.pass(seconds(15));
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply() == Outcome::nothing_to_do);
  CHECK(desk.deploys_by_api() == before);
  CHECK(desk.waits == 2);
}

TEST_CASE("another process's run during the wait does not block the plan") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  const plan::Plan plan = desk.plan().plan;
  desk.colleague([&](Time now) {
    desk.world.unlink(desk.group(), desk.service(1), now);
    desk.world.push_commit(desk.service(0), now);
  });
  desk.pass(seconds(36));
  desk.when_waiting = [&] { desk.other_run(plan); };
  CHECK(desk.apply() == Outcome::done);
  CHECK(desk.waits == 1);
}

TEST_CASE("apply does not wait if every reading leads to the same plan") {
  Desk desk(with_colleagues());
  bool changes_value = false;
  SUBCASE("services with unknown values are kept as they are") {
    desk.scenario.desired.rollout.unknown = model::OnUnknown::keep;
  }
  SUBCASE("a value changed together with the colleague's deploy") {
    changes_value = true;
  }
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  desk.colleague([&](Time now) {
    if (changes_value)
      desk.world.set_variable(desk.group(), changing_key, "second", "colleague@example.com", now);
    desk.world.push_commit(desk.service(0), now);
  });
  desk.pass(seconds(36));
  CHECK(desk.apply() == (changes_value ? Outcome::done : Outcome::nothing_to_do));
  CHECK(desk.waits == 0);
}

TEST_CASE("--anew does not wait for a running deploy, but until it knows what a finished one has") {
  Scenario scenario = with_colleagues();
  scenario.workspace.services.push_back(scenario.workspace.services[0]);
  scenario.workspace.services[2].id = "srv-00000000000000000003";
  scenario.workspace.services[2].name = "third";
  scenario.desired.services.push_back(scenario.desired.services[0]);
  scenario.desired.services[2].name.text = "third";
  Desk desk(scenario);
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  desk.colleague([&](Time now) { desk.world.push_commit(desk.service(2), now); });
  desk.pass(seconds(30));
  desk.colleague([&](Time now) {
    desk.world.push_commit(desk.service(0), now);
    desk.world.unlink(desk.group(), desk.service(1), now);
  });
  desk.pass(seconds(6));
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply() == Outcome::held);
  CHECK(desk.waits == 0);
  desk.anew = true;
  CHECK(desk.apply() == Outcome::done);
  CHECK(desk.deploys_by_api() == before + 1);
}

TEST_CASE("apply does not wait if every reading leads to a refusal") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  REQUIRE(desk.roll_back() == Outcome::done);
  desk.colleague([&](Time now) {
    desk.world.link(desk.group(), desk.service(0), now);
    desk.world.suspend(desk.service(1), true, "colleague@example.com", now);
  });
  CHECK(desk.apply() == Outcome::refused);
  CHECK(desk.waits == 0);
}

TEST_CASE("the check at the end does not wait for what may stay as it is") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  desk.scenario.desired.verify_unknown = model::VerifyUnknown::allow;
  desk.colleague([&](Time now) {
    desk.world.unlink(desk.group(), desk.service(0), now);
    desk.world.push_commit(desk.service(1), now);
  });
  CHECK(desk.apply() == Outcome::done);
  CHECK(desk.waits == 0);
}

TEST_CASE("an expected plan waits for the links that it rests on, and still deploys") {
  Desk desk(with_colleagues());
  unlink_and_link_again(desk);
  const run::ResolvedPlan planned = desk.plan();
  SUBCASE("from a file") {
    const plan::PlanFile file{planned.plan, plan::snapshot_of(planned.plan, planned.actual), ""};
    CHECK(desk.apply({.file = file, .file_name = "plan.json"}) == Outcome::done);
  }
  SUBCASE("by its hash") {
    CHECK(desk.apply({.desired = desk.scenario.desired, .expected_hash = hash_of(planned)}) == Outcome::done);
  }
  CHECK(desk.waits == 1);
  CHECK(desk.apply() == Outcome::nothing_to_do);
}

TEST_CASE("a plan from a file deploys services that a later reading might show to be up to date") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  deploy_just_before(desk);
  const run::ResolvedPlan planned = desk.plan();
  const plan::PlanFile file{planned.plan, plan::snapshot_of(planned.plan, planned.actual), ""};
  CHECK(desk.apply({.file = file, .file_name = "plan.json"}) == Outcome::done);
  CHECK(desk.waits == 0);
}

TEST_CASE("a plan expected by its hash does not repeat a colleague's deploy that has the links") {
  Desk desk(with_colleagues());
  REQUIRE(desk.apply() == Outcome::done);
  desk.pass(minutes(2));
  const std::string hash = hash_of(desk.plan());
  deploy_just_before(desk);
  REQUIRE(desk.plan().plan.deploys() == 1);
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply({.desired = desk.scenario.desired, .expected_hash = hash}) == Outcome::nothing_to_do);
  CHECK(desk.deploys_by_api() == before);
}

TEST_CASE("a plan that differs from the expected one is not executed") {
  Desk desk(with_colleagues());
  const std::string hash = hash_of(desk.plan());
  desk.colleague([&](Time now) { desk.world.link(desk.group(), desk.service(0), now); });
  CHECK(desk.apply({.desired = desk.scenario.desired, .expected_hash = hash}) == Outcome::held);
  CHECK(desk.deploys_by_api() == 0);
}

TEST_CASE("a colleague's deploy after the review does not block the expected plan") {
  Desk desk(with_colleagues());
  const std::string hash = hash_of(desk.plan());
  deploy_just_before(desk);
  const std::size_t before = desk.deploys_by_api();
  CHECK(desk.apply({.desired = desk.scenario.desired, .expected_hash = hash}) == Outcome::done);
  CHECK(desk.deploys_by_api() == before + 2);
}

TEST_CASE("if no digest can be made, no log is shown, because changed values are unknown") {
  Scenario scenario = two_services();
  scenario.workspace.services[1].outcome = emulator::Outcome::build_failed;
  CHECK_FALSE(Desk(scenario).failure(true).log.empty());
  const engine::FailureTold told = Desk(scenario).failure(false);
  CHECK(told.log.empty());
  CHECK(told.no_log.find("without the digest key") != std::string::npos);
}

TEST_CASE("a run that left automatic deploys off comes before the next apply") {
  Desk desk(two_services());
  desk.run_leaves_them_off(desk.plan().plan);
  CHECK(desk.apply() == Outcome::held);
  CHECK(desk.deploys_by_api() == 0);
}

TEST_CASE("a run is finished at once by a machine with another clock") {
  for (const Duration ahead : {-hours(1), hours(0), hours(1)}) {
    for (const auto after : {seconds(5), seconds(10), seconds(20)}) {
      CAPTURE(ahead.count());
      CAPTURE(after.count());
      Scenario scenario = two_services();
      scenario.acts = {{Act::Kind::interrupt, after, {}}, {Act::Kind::interrupt, after, {}}};
      scenario.desired.rollout.poll_interval =
          std::chrono::milliseconds(10);  // more polls than the limit allows
      Desk desk(scenario);
      REQUIRE(desk.apply() == Outcome::interrupted);
      const Time began = desk.now();
      CHECK(desk.resume(ahead) == Outcome::done);
      CHECK(desk.deploys_by_api() == 2);
      CHECK(desk.now() - began < minutes(2));
    }
  }
}
