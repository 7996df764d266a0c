#include "simulated_case.h"

#include <fmt/format.h>

#include <exception>
#include <thread>
#include <utility>

#include "run/history.h"

namespace envlink::simulation {
namespace {

using model::Outcome;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int most_processes = 24;

std::vector<std::string> only(const Scenario& scenario) {
  const std::optional<std::size_t> service = scenario.habits.only;
  if (!service) return {};
  return {scenario.desired.services[*service].name.text};
}

std::vector<run::GivenValues> values_given(const Scenario& scenario) {
  std::vector<run::GivenValues> groups;
  if (scenario.habits.plan_file) return groups;  // a plan file contains no values
  for (const WishedValue& one : scenario.values) {
    if (groups.empty() || groups.back().group.text() != one.group_id)
      groups.push_back({.group = GroupId(one.group_id)});
    if (one.value) {
      groups.back().set.push_back({one.key, Secret(*one.value)});
    } else {
      groups.back().unset.push_back(one.key);
    }
  }
  return groups;
}

}  // namespace

SimulatedCase::SimulatedCase(const Scenario& scenario, Choices& choices, Time start, unsigned seed,
                             bool trace)
    : first_scenario_(scenario),
      scenario_(&scenario),
      choices_(choices),
      trace_(trace),
      start_(start),
      world_(scenario.workspace, start, 1.0, seed),
      truth_(scenario, world_),
      machine_(std::make_unique<Machine>(scenario, choices, world_, truth_, start)) {}

Process::Surroundings SimulatedCase::surroundings() {
  Process::Surroundings all = machine_->surroundings(*scenario_, choices_, truth_, start_);
  all.trace = trace_;
  all.machine = machines_;
  all.plan_from_file = plan_file_.has_value();
  return all;
}

std::optional<Outcome> SimulatedCase::command(Command command, Duration lock_wait) {
  const run::LockWait wait{lock_wait};
  return Process(surroundings()).carry_out([&](run::Context& context) {
    if (command == Command::apply || command == Command::apply_anew) {
      run::PlanSource source{
          .desired = scenario_->desired, .only = only(*scenario_), .values = values_given(*scenario_)};
      source.file = std::exchange(plan_file_, std::nullopt);
      machine_->commands.applies(source.file.has_value(), command == Command::apply_anew,
                                 machine_->wire.process());
      return run::apply(context, source, {.lock_wait = wait, .anew = command == Command::apply_anew});
    }
    if (command == Command::roll_back) {
      machine_->commands.rolls_back(machine_->wire.process());
      const auto chosen = run::choose_for_rollback(context.store, any_run());
      return chosen ? run::roll_back(context, *chosen, wait) : run::end_with(context, chosen.error());
    }
    const auto chosen = run::choose_resumable(context.store, 0);
    if (!chosen) return run::end_with(context, chosen.error());
    return *chosen ? run::resume(context, **chosen, wait) : Outcome::done;
  });
}

/// The run to roll back: mostly the first, on which the others build, else any; 0: the newest.
std::int64_t SimulatedCase::any_run() {
  if (choices_.chance(0.6)) return 1;
  return static_cast<std::int64_t>(choices_.pick(machine_->store.all().size() + 1));
}

std::optional<Outcome> SimulatedCase::beside_second(Command first) {
  const SecondProcess& second = *scenario_->second;
  std::exception_ptr violation;
  machine_->wire.expect_second(start_ + second.after);
  std::thread other([&] {
    try {
      machine_->wire.take_part();
      constexpr Command commands[] = {Command::apply, Command::resume, Command::roll_back};
      const auto outcome = command(commands[static_cast<std::size_t>(second.command)], second.lock_wait);
      if (trace_) fmt::print("  the second process ends: {}\n", outcome ? to_string(*outcome) : "killed");
    } catch (const Wire::Aborted&) {
    } catch (...) {
      if (!violation) violation = std::current_exception();
    }
    machine_->wire.leave();
  });
  std::optional<Outcome> outcome;
  try {
    outcome = command(first);
    machine_->wire.wait_for_second();
  } catch (...) {
    if (!violation) violation = std::current_exception();
    machine_->wire.abort_second();
  }
  other.join();
  if (violation) std::rethrow_exception(violation);
  return outcome;
}

bool SimulatedCase::make_plan_file() {
  const Time began = machine_->wire.world_now();
  Process(surroundings()).carry_out([&](run::Context& context) {
    const auto resolved =
        run::resolve_plan(context, {.desired = scenario_->desired, .only = only(*scenario_)});
    if (!resolved) return run::end_with(context, resolved.error());
    if (resolved->plan.refused()) return Outcome::refused;
    plan_file_ = plan::PlanFile{resolved->plan, plan::snapshot_of(resolved->plan, resolved->actual), {}};
    return Outcome::done;
  });
  if (plan_file_) machine_->commands.plan_file_made(plan_file_->plan, began);
  between_processes();
  machine_->wire.let_pass(scenario_->habits.reads_plan);
  return plan_file_.has_value();
}

void SimulatedCase::between_processes() {
  const Duration skew =
      scenario_->hostility.clock_jumps ? choices_.span(-minutes(60), minutes(60)) : Duration{0};
  if (choices_.chance(scenario_->hostility.between)) machine_->wire.colleagues_come(seconds(40));
  machine_->wire.new_process(choices_.span(seconds(0), seconds(30)), skew);
}

/// The probability that the user rolls back a finished run.
double SimulatedCase::second_thoughts() const {
  return ended_.processes < most_processes / 2 ? scenario_->habits.rolls_back : 0;
}

SimulatedCase::Command SimulatedCase::next_command() {
  if (ended_.processes > most_processes / 2) return Command::resume;
  const Habits& habits = scenario_->habits;
  Command next = Command::resume;
  if (choices_.chance(habits.applies_again)) next = Command::apply;
  if (choices_.chance(habits.anew)) next = Command::apply_anew;
  leaves_runs_ = leaves_runs_ || next == Command::apply_anew;
  if (choices_.chance(habits.rolls_back)) next = Command::roll_back;
  if (next != Command::resume) only_resumed_ = false;
  return next;
}

bool SimulatedCase::loses_machine() {
  return machines_ == 1 && choices_.chance(scenario_->hostility.lose_machine);
}

/// A new machine: no journal and no digest key. Answers to requests of the old machine are lost.
void SimulatedCase::move_to_another_machine() {
  if (trace_) fmt::print("  the next command is typed on another machine\n");
  between_processes();
  const Time now = machine_->wire.world_now();
  machine_->wire.look_at_world();
  moved_ = first_scenario_;
  moved_.lone = moved_.untouched = moved_.own_links = false;
  moved_.second.reset();
  moved_.hostility.lose_machine = 0;
  scenario_ = &moved_;
  machine_ = std::make_unique<Machine>(moved_, choices_, world_, truth_, now);
  ++machines_;
  truth_.machine_lost();
}

plan::Verification SimulatedCase::verify() {
  plan::Verification verification;
  Process(surroundings()).carry_out([&](run::Context& context) {
    auto verified = run::verify(context, scenario_->desired, false);
    if (!verified) return run::end_with(context, verified.error());
    context.frontend.show_verification(*verified);
    verification = std::move(*verified);
    return Outcome::done;
  });
  return verification;
}

/// The part of `init` that records the current state as deployed.
void SimulatedCase::adopt() {
  if (trace_) fmt::print("  init\n");
  const auto outcome = Process(surroundings()).carry_out([&](run::Context& context) {
    const auto actual = run::read_workspace(context, scenario_->desired, {});
    if (!actual) return run::end_with(context, actual.error());
    const auto adopted = run::adopt(context, *actual);
    return adopted ? Outcome::done : run::end_with(context, adopted.error());
  });
  machine_->wire.look_at_world();
  if (outcome == Outcome::done) truth_.adopted(machine_->wire.process());
  between_processes();
}

bool SimulatedCase::was_calm() const {
  const Hostility& h = scenario_->hostility;
  return ended_.outcome == Outcome::done && scenario_->acts.empty() && scenario_->untouched &&
         !scenario_->second && only_resumed_ && machines_ == 1 && !scenario_->habits.only &&
         scenario_->workspace.behaviour.list_lag == Duration{0} &&
         scenario_->workspace.behaviour.link_lag == Duration{0} &&
         scenario_->workspace.behaviour.value_lag == Duration{0} && h.late <= 0 && h.damage <= 0 &&
         h.disk_full <= 0 && !h.clock_jumps;
}

void SimulatedCase::all_is_known() {
  constexpr Duration two_windows = minutes(2);  // the current window may be used up
  ended_.calm = 1;
  machine_->wire.let_pass(two_windows);
  for (const plan::VerifiedService& service : verify().services) {
    if (service.freshness != plan::Freshness::live)
      throw Violation(fmt::format("truth: {} is {} right after a successful apply: {}", service.name,
                                  plan::to_string(service.freshness), service.because));
  }
  machine_->wire.let_pass(two_windows);
  between_processes();
  const auto again = command(Command::apply);
  if (again != Outcome::nothing_to_do)
    throw Violation(fmt::format("truth: a second apply ends with {}", again ? to_string(*again) : "a kill"));
}

void SimulatedCase::looks_at_the_end() {
  machine_->wire.no_more_trouble();
  if (was_calm()) return all_is_known();
  if (scenario_->hostility.between > 0) {
    for (std::size_t looks = choices_.pick(4); looks > 0; --looks) {
      between_processes();
      if (scenario_->habits.adopts && choices_.chance(0.3)) adopt();
      verify();
    }
  }
  between_processes();
  verify();
}

Ended SimulatedCase::run() {
  Command next = Command::apply;
  if (scenario_->habits.adopts) adopt();
  if (scenario_->habits.plan_file && !make_plan_file()) return ended_;
  if (!scenario_->hostility.from_the_start) machine_->wire.trouble_begins();
  while (true) {
    if (trace_)
      fmt::print("  process {} at {}\n", ended_.processes, format_rfc3339(machine_->wire.world_now()));
    const bool two = scenario_->second && ended_.processes == 1;
    ended_.outcome = two ? beside_second(next) : command(next);
    if (!ended_.outcome) ++ended_.kills;
    if (trace_) fmt::print("  ended: {}\n", ended_.outcome ? to_string(*ended_.outcome) : "killed");
    if (loses_machine()) {
      move_to_another_machine();
      next = Command::apply;
      ++ended_.processes;
      continue;
    }
    const auto left = run::unfinished_run(machine_->store, "");
    if (!left) throw Violation("what is left of the runs cannot be read");
    // No run exists: the process was killed early, or the workspace could not be read.
    const bool tries_anew =
        machine_->store.all().empty() && (!ended_.outcome || ended_.outcome == Outcome::error);
    const bool over = !*left && !tries_anew;
    const bool has_second_thoughts =
        over && !machine_->store.all().empty() && choices_.chance(second_thoughts());
    if (over && !has_second_thoughts) break;
    if (++ended_.processes > most_processes) throw Violation("invariant 8: resuming does not come to an end");
    if (ended_.processes > most_processes / 2) machine_->wire.no_more_trouble();
    next = *left ? next_command() : has_second_thoughts ? Command::roll_back : Command::apply;
    if (has_second_thoughts) only_resumed_ = false;
    between_processes();
  }
  machine_->commands.nothing_is_left();
  const bool alone = !scenario_->second && only_resumed_;
  if (scenario_->untouched && alone && !machine_->store.all().empty())
    machine_->oracles.end_as_without_trouble(*machine_->store.at(1).plan,
                                             *machine_->store.at(1).summary.outcome);
  looks_at_the_end();
  if (scenario_->untouched && machines_ == 1 && !leaves_runs_) {
    machine_->wire.let_pass(seconds(60));  // requests in progress have arrived
    machine_->wire.look_at_world();
    HoldOracle(*scenario_, world_).all_is_over();
  }
  ended_.requests = machine_->oracles.requests();
  ended_.judgements = truth_.judgements();
  return ended_;
}

}  // namespace envlink::simulation
