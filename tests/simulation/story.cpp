#include "story.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/event_json.h"
#include "engine/rollback.h"
#include "engine/survey.h"
#include "plan/make_plan.h"
#include "plan/stored.h"

namespace envlink::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration longest = std::chrono::hours(24);
constexpr int most_turns = 200'000;
constexpr int most_processes = 24;

bool others_link(const Scenario& scenario) {
  return std::any_of(scenario.acts.begin(), scenario.acts.end(), [](const Act& act) {
    return act.kind == Act::Kind::link || act.kind == Act::Kind::unlink;
  });
}

// Through text, as the journal does it.
void survives_the_journal(const plan::Plan& plan) {
  const auto read = plan::plan_from_json(plan::to_json(plan));
  if (!read || *read != plan) throw Violation("invariant 6: the plan does not survive the journal");
}
void survives_the_journal(const engine::Event& event) {
  const auto read = engine::event_from_json(engine::to_json(event));
  if (!read || *read != event) throw Violation("invariant 6: an event does not survive the journal");
}

}  // namespace

/// The edges of one process: journal, transport and screen. It can be killed at each of them: from then on
/// nothing that it does has an effect, and it leaves where it would wait.
class Story::Process final : public engine::Recorder, public engine::Observer, public engine::Transport {
 public:
  Process(Story& story, std::vector<engine::Event>* journal) : story_(story), journal_(journal) {}

  void record(const std::vector<engine::Event>& events) override {
    if (events.empty() || journal_ == nullptr || dies()) return;
    journal_->insert(journal_->end(), events.begin(), events.end());
    story_.oracles_.recorded(events);
    if (story_.trace_) {
      for (const engine::Event& event : events) fmt::print("  {}\n", engine::to_json(event));
    }
    dies();
  }
  void send(const engine::Call& call) override {
    if (killed_ || (sent_++ > 0 && dies())) return;
    story_.wire_.send(call);
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    if (killed_ || (sent_ > 0 && dies())) return {.replies = {}, .interrupts = 2};
    sent_ = 0;
    return story_.wire_.wait(until);
  }
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    if (++turns_ > most_turns || story_.wire_.world_now() > story_.start_ + longest)
      throw Violation("invariant 8: the run does not end");
    return std::nullopt;
  }
  bool killed() const { return killed_; }

 private:
  bool dies() {
    killed_ = killed_ || (journal_ != nullptr && story_.wire_.kills());
    return killed_;
  }
  Story& story_;
  std::vector<engine::Event>* journal_;
  bool killed_ = false;
  int turns_ = 0;
  int sent_ = 0;
};

Story::Story(const Scenario& scenario, Choices& choices, emulator::World world, Time start, bool trace)
    : scenario_(scenario),
      choices_(choices),
      trace_(trace),
      start_(start),
      world_(std::move(world)),
      oracles_(scenario, world_, start),
      wire_(scenario, choices, world_, oracles_, start) {}
Story::Story(const Scenario& scenario, Choices& choices, Time start, unsigned seed, bool trace)
    : Story(scenario, choices, emulator::World(scenario.workspace, start, 1.0, seed), start, trace) {}
Story::Story(const Scenario& scenario, Choices& choices, const Reading& reading, Duration later, bool trace)
    : Story(scenario, choices, reading.world, reading.at, trace) {
  budget_ = reading.budget;
  plan_ = reading.plan;
  wire_.let_pass(later);
}

std::optional<model::Workspace> Story::survey(const model::Desired& desired) {
  oracles_.nothing_is_carried_out();
  engine::Survey survey(desired, "", budget_);
  Process process(*this, nullptr);
  wire_.new_activity();
  if (!engine::run(survey, wire_, process, process, process)) return std::nullopt;  // Ctrl-C twice
  budget_ = survey.budget();
  if (!survey.result()) return std::nullopt;
  return *survey.result();
}

void Story::begin(std::shared_ptr<const plan::Plan> plan) {
  runs_.emplace_back().plan = std::move(plan);
  runs_.back().events.reserve(64);
  oracles_.run_begins(*runs_.back().plan, wire_.world_now());
}

void Story::carry_out(std::size_t number) {
  Run& run = runs_[number];
  const bool resumed = !run.events.empty();
  oracles_.run_goes_on(*run.plan);
  engine::Rollout rollout =
      resumed ? engine::Rollout(run.plan, run.events, budget_) : engine::Rollout(run.plan, budget_);
  Process process(*this, &run.events);
  wire_.new_activity();
  killed_ = !engine::run(rollout, wire_, process, process, process) || process.killed();
  if (killed_) return;
  budget_ = rollout.budget();
  run.exit_code = exit_code(rollout.outcome());
  oracles_.run_ended(*run.exit_code, run.events);
  after(number);
}

/// The run has ended; what failed goes back where the file says so.
void Story::after(std::size_t number) {
  if (to_undo(number)) return go_back(number);
  // What colleagues changed meanwhile shows when the workspace is read once more.
  if (runs_[number].exit_code == 0 && others_link(scenario_)) proved_ = prove(number);
}

bool Story::prove(std::size_t number) {
  const auto actual = survey(engine::desired_by(*runs_[number].plan));
  if (!actual) return false;
  for (const plan::LinkChange& change : runs_[number].plan->links) {
    const model::Group* group = actual->find_group(change.group);
    const ServiceId& service = runs_[number].plan->services[change.service].id;
    if (group == nullptr || group->links_to(service) != (change.action == plan::LinkAction::add))
      return false;
  }
  return true;
}

const engine::Progress& Story::progress_of(Run& run) {
  if (run.folded == 0) run.progress = engine::Progress::of(*run.plan);
  for (; run.folded < run.events.size(); ++run.folded) run.progress.apply(run.events[run.folded]);
  return run.progress;
}

bool Story::to_undo(std::size_t number) {
  Run& run = runs_[number];
  const bool last = number + 1 == runs_.size();
  return last && engine::calls_for_rollback(*run.plan, progress_of(run)) && !ended_.refused;
}

void Story::go_back(std::size_t number) {
  const auto actual = survey(engine::desired_by(*runs_[number].plan));
  if (!actual) return;
  plan::Plan back = engine::rollback_plan(*runs_[number].plan, progress_of(runs_[number]),
                                          static_cast<std::int64_t>(number) + 1, *actual);
  if (trace_) fmt::print("  rollback: {}\n", plan::to_json(back));
  if (back.refused()) {
    if (scenario_.untouched) throw Violation("a rollback was refused though nobody interfered");
    ended_.refused = true;
    return;
  }
  begin(std::make_shared<const plan::Plan>(std::move(back)));
  carry_out(runs_.size() - 1);
}

void Story::go_on(std::size_t number) {
  Run& run = runs_[number];
  // The plan of a reading was looked at with the reading.
  if (run.survived == 0 && (plan_ == nullptr || run.plan->undoes != 0)) survives_the_journal(*run.plan);
  for (; run.survived < run.events.size(); ++run.survived) survives_the_journal(run.events[run.survived]);
  if (to_undo(number)) {
    // The process may have died between the run's last event and its exit.
    run.exit_code = exit_code(progress_of(run).outcome);
    return go_back(number);
  }
  run.exit_code.reset();
  carry_out(number);
}

std::optional<std::size_t> Story::unfinished() {
  for (std::size_t number = runs_.size(); number-- > 0;) {
    Run& run = runs_[number];
    if (!run.exit_code) return number;
    const bool last = number + 1 == runs_.size();
    if (to_undo(number) || (last && progress_of(run).unfinished())) return number;
  }
  return std::nullopt;
}

int Story::verdict() const {
  const Run& last = runs_.back();
  if (last.exit_code == 0 && !proved_) return 1;
  return last.plan->undoes != 0 && last.exit_code == 0 ? 6 : last.exit_code.value_or(-1);
}

std::shared_ptr<const plan::Plan> Story::make_plan() {
  if (plan_ != nullptr) return plan_;
  const auto actual = survey(scenario_.desired);
  if (!actual) return nullptr;
  return std::make_shared<const plan::Plan>(plan::make_plan(scenario_.desired, *actual));
}

Reading Story::read() && {
  std::shared_ptr<const plan::Plan> plan = make_plan();
  if (!plan) throw Violation("the workspace could not be read over a whole wire");
  survives_the_journal(*plan);
  return {std::move(world_), wire_.world_now(), std::move(budget_), std::move(plan)};
}

Ended Story::tell() {
  std::shared_ptr<const plan::Plan> plan = make_plan();
  ended_.requests = oracles_.requests();
  if (!plan) return ended_;
  if (plan->refused()) {
    ended_.refused = true;
    return ended_;
  }
  runs_.reserve(2);  // the oracles look at its plans
  begin(std::move(plan));
  if (plan_ != nullptr || !scenario_.hostility.from_the_start) wire_.trouble_begins();
  std::optional<std::size_t> next = 0;
  while (next) {
    killed_ = false;
    if (ended_.processes == 1) {
      carry_out(*next);
    } else {
      go_on(*next);
    }
    if (killed_) {
      ++ended_.kills;
      if (trace_) fmt::print("  killed at {}\n", format_rfc3339(wire_.world_now()));
    }
    next = unfinished();
    if (!next) break;
    if (++ended_.processes > most_processes) throw Violation("invariant 8: resuming does not come to an end");
    if (ended_.processes > most_processes / 2) wire_.no_more_trouble();
    const Duration skew =
        scenario_.hostility.clock_jumps ? choices_.span(-minutes(60), minutes(60)) : Duration{0};
    wire_.new_process(choices_.span(seconds(0), seconds(30)), skew);
    budget_ = engine::Budget{};
    oracles_.process_ended();
  }
  ended_.exit_code = verdict();
  ended_.requests = oracles_.requests();
  if (*ended_.exit_code == 6) oracles_.went_back();
  if (scenario_.untouched) oracles_.end_as_without_trouble(*runs_.front().plan, *ended_.exit_code);
  return ended_;
}

}  // namespace envlink::simulation
