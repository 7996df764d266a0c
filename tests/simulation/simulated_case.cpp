#include "simulated_case.h"

#include <fmt/format.h>

#include <exception>
#include <thread>
#include <utility>

namespace envlink::simulation {
namespace {

using model::Outcome;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int most_processes = 24;

}  // namespace

SimulatedCase::SimulatedCase(const Scenario& scenario, Choices& choices, Time start, unsigned seed,
                             bool trace)
    : scenario_(scenario),
      choices_(choices),
      trace_(trace),
      start_(start),
      world_(scenario.workspace, start, 1.0, seed),
      oracles_(scenario, world_, start),
      wire_(scenario, choices, world_, oracles_, start),
      commands_(scenario, world_, store_, oracles_) {}

Process::Surroundings SimulatedCase::surroundings() {
  return {scenario_, choices_, wire_, store_, oracles_, commands_, survived_, start_, trace_};
}

std::optional<Outcome> SimulatedCase::command(Command command, Duration lock_wait) {
  const run::LockWait wait{lock_wait};
  return Process(surroundings()).carry_out([&](run::Context& context) {
    if (command == Command::apply || command == Command::apply_anew) {
      run::PlanSource source{.desired = scenario_.desired};
      source.file = std::exchange(plan_file_, std::nullopt);
      commands_.applies(source.file.has_value(), command == Command::apply_anew, wire_.process());
      return run::apply(context, source, {.lock_wait = wait, .anew = command == Command::apply_anew});
    }
    if (command == Command::roll_back) {
      commands_.rolls_back(wire_.process());
      const auto chosen = run::choose_for_rollback(context.store, any_run());
      return chosen ? run::roll_back(context, *chosen, wait) : run::end_with(context, chosen.error());
    }
    const auto chosen = run::choose_resumable(context.store, 0);
    if (!chosen) return run::end_with(context, chosen.error());
    return *chosen ? run::resume(context, **chosen, wait) : Outcome::done;
  });
}

/// One to roll back: the first, on which the others build, or any that there is, 0 for the newest.
std::int64_t SimulatedCase::any_run() {
  if (choices_.chance(0.6)) return 1;
  return static_cast<std::int64_t>(choices_.pick(store_.all().size() + 1));
}

std::optional<Outcome> SimulatedCase::beside_second(Command first) {
  const SecondProcess& second = *scenario_.second;
  std::exception_ptr violation;
  wire_.expect_second(start_ + second.after);
  std::thread other([&] {
    try {
      wire_.take_part();
      constexpr Command commands[] = {Command::apply, Command::resume, Command::roll_back};
      const auto outcome = command(commands[static_cast<std::size_t>(second.command)], second.lock_wait);
      if (trace_) fmt::print("  the second process ends: {}\n", outcome ? to_string(*outcome) : "killed");
    } catch (const Wire::Aborted&) {
    } catch (...) {
      violation = std::current_exception();
    }
    wire_.leave();
  });
  std::optional<Outcome> outcome;
  try {
    outcome = command(first);
    wire_.wait_for_second();
  } catch (...) {
    violation = std::current_exception();
    wire_.abort_second();
  }
  other.join();
  if (violation) std::rethrow_exception(violation);
  return outcome;
}

bool SimulatedCase::make_plan_file() {
  Process(surroundings()).carry_out([&](run::Context& context) {
    const auto resolved = run::resolve_plan(context, {.desired = scenario_.desired});
    if (!resolved) return run::end_with(context, resolved.error());
    if (resolved->plan.refused()) return Outcome::refused;
    plan_file_ = plan::PlanFile{resolved->plan, plan::snapshot_of(resolved->plan, resolved->actual), {}};
    return Outcome::done;
  });
  if (plan_file_) commands_.plan_file_made(plan_file_->plan);
  between_processes();
  wire_.let_pass(scenario_.habits.reads_plan);
  return plan_file_.has_value();
}

void SimulatedCase::between_processes() {
  const Duration skew =
      scenario_.hostility.clock_jumps ? choices_.span(-minutes(60), minutes(60)) : Duration{0};
  wire_.new_process(choices_.span(seconds(0), seconds(30)), skew);
}

/// How likely a person rolls back what has come to its end.
double SimulatedCase::second_thoughts() const {
  return ended_.processes < most_processes / 2 ? scenario_.habits.rolls_back : 0;
}

SimulatedCase::Command SimulatedCase::next_command() {
  if (ended_.processes > most_processes / 2) return Command::resume;
  const Habits& habits = scenario_.habits;
  Command next = Command::resume;
  if (choices_.chance(habits.applies_again)) next = Command::apply;
  if (choices_.chance(habits.anew)) next = Command::apply_anew;
  if (choices_.chance(habits.rolls_back)) next = Command::roll_back;
  if (next != Command::resume) only_resumed_ = false;
  return next;
}

Ended SimulatedCase::run() {
  Command next = Command::apply;
  if (scenario_.habits.plan_file && !make_plan_file()) return ended_;
  if (!scenario_.hostility.from_the_start) wire_.trouble_begins();
  while (true) {
    if (trace_) fmt::print("  process {} at {}\n", ended_.processes, format_rfc3339(wire_.world_now()));
    const bool two = scenario_.second && ended_.processes == 1;
    ended_.outcome = two ? beside_second(next) : command(next);
    if (!ended_.outcome) ++ended_.kills;
    if (trace_) fmt::print("  ended: {}\n", ended_.outcome ? to_string(*ended_.outcome) : "killed");
    const auto left = run::unfinished_run(store_, "");
    if (!left) throw Violation("what is left of the runs cannot be read");
    // Without a run, nothing was done: killed, or the workspace could not be read.
    const bool tries_anew = store_.all().empty() && (!ended_.outcome || ended_.outcome == Outcome::error);
    const bool over = !*left && !tries_anew;
    const bool has_second_thoughts = over && !store_.all().empty() && choices_.chance(second_thoughts());
    if (over && !has_second_thoughts) break;
    if (++ended_.processes > most_processes) throw Violation("invariant 8: resuming does not come to an end");
    if (ended_.processes > most_processes / 2) wire_.no_more_trouble();
    next = *left ? next_command() : has_second_thoughts ? Command::roll_back : Command::apply;
    if (has_second_thoughts) only_resumed_ = false;
    between_processes();
  }
  ended_.requests = oracles_.requests();
  commands_.nothing_is_left();
  const bool alone = !scenario_.second && only_resumed_;
  if (scenario_.untouched && alone && !store_.all().empty())
    oracles_.end_as_without_trouble(*store_.at(1).plan, *store_.at(1).summary.outcome);
  return ended_;
}

}  // namespace envlink::simulation
