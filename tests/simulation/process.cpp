#include "process.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/event_json.h"
#include "plan/stored.h"
#include "simulated_digest.h"

namespace envlink::simulation {
namespace {

constexpr Duration longest = std::chrono::hours(24);
constexpr int most_turns = 200'000;

}  // namespace

class Process::Line final : public engine::Transport {
 public:
  explicit Line(const Process& process) : process_(process) {}
  void send(const engine::Call& call) override {
    process_.port();
    process_.s_.commands.sends(call.request, process_.s_.wire.process());
    process_.s_.wire.send(call);
  }
  engine::Arrivals wait(std::optional<Time> until) override {
    process_.port();
    return process_.s_.wire.wait(until);
  }

 private:
  const Process& process_;
};

class Process::TurnCounter final : public engine::Observer {
 public:
  explicit TurnCounter(Process& process) : process_(process) {}
  void notice(const engine::Event&) override {}
  std::optional<Time> repaint(Time) override {
    if (++process_.turns_ > most_turns || process_.s_.wire.world_now() > process_.s_.started + longest)
      throw Violation("invariant 8: the run does not end");
    return std::nullopt;
  }

 private:
  Process& process_;
};

Process::Process(const Surroundings& surroundings)
    : s_(surroundings),
      context_{
          .store = *this, .locks = *this, .network = *this, .clock = surroundings.wire, .frontend = *this} {
  context_.digests = [machine = s_.machine](bool) {
    return run::Digests{[machine](model::ValueKind kind, std::string_view name, std::string_view value) {
                          return simulated_digest(kind, name, value, machine);
                        },
                        fmt::format("machine {}", machine)};
  };
  context_.most_listed = s_.scenario.habits.most_listed;
  context_.ask_again = [&scenario = s_.scenario, &choices = s_.choices](
                           const plan::Plan& plan, const std::vector<std::size_t>& values) {
    std::vector<Secret> given;
    const bool other = choices.chance(scenario.habits.gives_another);
    for (const std::size_t value : values) {
      const plan::ValueChange& change = plan.values.at(value);
      const auto wish = std::ranges::find_if(scenario.values, [&](const WishedValue& one) {
        return one.group_id == change.group.text() && one.key == change.key;
      });
      given.emplace_back(*wish->value + (other ? "another" : ""));
    }
    return Result<std::vector<Secret>>(std::move(given));
  };
}

void Process::port() const {
  if (s_.wire.kills()) throw Killed{};
}

void Process::quiet_port() const {
  if (!s_.choices.tries_every_way()) port();
}

Result<void> Process::write() {
  port();
  if (!s_.wire.fills_the_disk()) return {};
  if (s_.trace) fmt::print("  the disk is full\n");
  s_.commands.disk_full(s_.wire.process());
  return fail({.what = "The journal cannot be written", .why = "the disk is full"});
}

Result<std::int64_t> Process::begin(const run::RunSummary& run, const plan::Plan& plan) {
  if (const auto written = write(); !written) return fail(written.error());
  // Making the plan replaces an unreadable history, unless another process interfered.
  if (s_.damage.history && !s_.scenario.second && s_.scenario.hostility.disk_full <= 0)
    throw Violation("a run begins, and what it will come to cannot be kept");
  const auto number = s_.store.begin(run, plan);
  if (s_.trace) fmt::print("  run {} begins{}\n", *number, plan.undoes != 0 ? ", a rollback" : "");
  s_.commands.run_begins(*number, s_.wire.process());
  s_.oracles.run_begins(*s_.store.at(*number).plan, s_.wire.world_now(), *number, s_.wire.process());
  return number;
}

Result<void> Process::append(std::int64_t run, const std::vector<engine::Event>& events) {
  if (const auto written = write(); !written) return written;
  s_.truth.run_writes(s_.wire.process());
  if (s_.trace) {
    for (const engine::Event& event : events) fmt::print("  {}\n", engine::to_json(event));
  }
  const auto appended = s_.store.append(run, events);
  s_.oracles.recorded(events);
  if (const auto* ended = events.back().as<engine::RunEnded>()) {
    events_survive(run);
    s_.oracles.run_ended(ended->outcome);
  }
  return appended;
}

void Process::events_survive(std::int64_t run) const {
  const std::vector<engine::Event>& kept = s_.store.at(run).events;
  for (std::size_t& survived = s_.survived[run].events; survived < kept.size(); ++survived)
    event_survives(kept[survived], s_.scenario.reads_texts);
}

Result<void> Process::end(std::int64_t run, Time at, model::Outcome outcome) {
  if (const auto written = write(); !written) return written;
  if (s_.trace) fmt::print("  run {} is closed: {}\n", run, model::to_string(outcome));
  const auto ended = s_.store.end(run, at, outcome);
  s_.commands.run_closed(run, s_.wire.process());
  return ended;
}

Result<void> Process::reopen(std::int64_t run) {
  if (const auto written = write(); !written) return written;
  s_.commands.reopens(run);
  return s_.store.reopen(run);
}

Result<std::vector<run::RunSummary>> Process::runs(const std::string& workspace, int limit) const {
  quiet_port();
  return s_.store.runs(workspace, limit);
}

Result<std::vector<run::EventCount>> Process::event_counts(const std::string& workspace) const {
  return s_.store.event_counts(workspace);
}

bool Process::cannot_be_read() const {
  return unread_ = silent_ = s_.wire.damages_the_history();
}

Result<run::KeptHistory> Process::history(const std::string& workspace) const {
  if (cannot_be_read()) s_.damage.history = s_.damage.history || s_.choices.chance(0.5);
  unread_ = silent_ = unread_ || s_.damage.history;
  if (unread_) return fail({.what = "The journal cannot be read", .why = "it is damaged"});
  return s_.store.history(workspace);
}

void Process::says_what_is_unreadable(bool said) const {
  if (unread_ != said) throw Violation("whether the journal could be read is not said as it is");
  if (unread_ && silent_) throw Violation("the journal could not be read, and nobody is told why");
}

Result<bool> Process::keep_history(const std::string& workspace, const run::KeptHistory& history) {
  // Not write(): a run may begin and send requests although this failed.
  port();
  if (s_.wire.fills_the_disk() || s_.wire.damages_the_history())
    return fail({.what = "The journal cannot be written", .why = "the disk is full"});
  auto kept = s_.store.keep_history(workspace, history);
  if (kept && *kept) s_.truth.reading_kept(s_.wire.process());
  return kept;
}

Result<void> Process::replace_history(const std::string& workspace, const run::KeptHistory& history) {
  port();
  if (s_.wire.fills_the_disk())
    return fail({.what = "The journal cannot be written", .why = "the disk is full"});
  s_.damage.history = false;
  s_.truth.history_replaced(s_.wire.process());
  return s_.store.replace_history(workspace, history);
}

Result<void> Process::keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) {
  if (const auto written = write(); !written) return written;
  s_.oracles.kept(values);
  return s_.store.keep_undo(run, values);
}

Result<std::vector<engine::PriorValue>> Process::undo(std::int64_t run) const {
  quiet_port();
  return s_.store.undo(run);
}

Result<std::size_t> Process::drop_undo(const run::UndoLimit& limit) {
  // Not write(): a run may begin although this failed.
  port();
  if (s_.wire.fills_the_disk())
    return fail({.what = "The journal cannot be written", .why = "the disk is full"});
  return s_.store.drop_undo(limit);
}

Result<std::optional<run::RunSummary>> Process::find(std::int64_t run) const {
  quiet_port();
  return s_.store.find(run);
}

/// Reads the plan from its text, as the journal does.
Result<std::optional<plan::Plan>> Process::plan(std::int64_t run) const {
  quiet_port();
  const plan::Plan& kept = *s_.store.at(run).plan;
  if (!s_.scenario.reads_texts || std::exchange(s_.survived[run].plan, true)) return kept;
  const auto read = plan::plan_from_json(plan::to_json(kept));
  if (!read || *read != kept) throw Violation("invariant 6: the plan does not survive the journal");
  return kept;
}

Result<std::vector<engine::Event>> Process::events(std::int64_t run) const {
  quiet_port();
  if (cannot_be_read()) return fail({.what = "The events of a run cannot be read", .why = "it is damaged"});
  events_survive(run);
  return s_.store.at(run).events;
}

Result<std::unique_ptr<run::Lock>> Process::take(const std::string& workspace, Time now) {
  port();
  auto lock = s_.store.take(workspace, now);
  if (lock) s_.commands.lock_taken(s_.wire.process());
  return lock;
}

std::unique_ptr<engine::Transport> Process::connect() {
  quiet_port();
  s_.wire.new_activity();
  return std::make_unique<Line>(*this);
}

std::unique_ptr<engine::Observer> Process::watch_reading(const engine::WorkspaceReader&) {
  quiet_port();
  s_.commands.reading_begins(s_.wire.process(), s_.wire.world_now());
  s_.oracles.reading_begins(s_.wire.process());
  s_.truth.reading_begins(s_.wire.process(), s_.wire.world_now());
  return std::make_unique<TurnCounter>(*this);
}

void Process::show_plan(const plan::Plan& plan) {
  quiet_port();
  if (s_.trace && plan.undoes != 0) fmt::print("  rollback: {}\n", plan::to_json(plan));
  s_.commands.plan_shown(plan);
  if (plan.undoes != 0 || s_.plan_from_file) return;
  says_what_is_unreadable(plan.journal_unreadable);
  s_.wire.look_at_world();
  s_.truth.shows(plan, s_.wire.process());
}

Result<void> Process::confirm(run::Question) {
  port();
  if (s_.wire.declines()) return fail({.what = "Not confirmed; nothing was written"});
  s_.commands.confirmed(s_.wire.process());
  return {};
}

std::unique_ptr<engine::Observer> Process::watch(std::int64_t run, const engine::Rollout&) {
  quiet_port();
  s_.commands.run_goes_on(run, s_.wire.process());
  s_.oracles.run_goes_on(*s_.store.at(run).plan, run, s_.wire.process());
  return std::make_unique<TurnCounter>(*this);
}

void Process::rolled_out(std::int64_t, const engine::Rollout&, run::RunEnd) {
  quiet_port();
}

void Process::show_verification(const plan::Verification& verification) {
  quiet_port();
  if (s_.trace) {
    for (const plan::VerifiedService& one : verification.services)
      fmt::print("  {} is {}: {}; {}\n", one.name, to_string(one.freshness), one.because, one.evidence.text);
  }
  says_what_is_unreadable(verification.journal_unreadable);
  s_.wire.look_at_world();
  s_.truth.shows(verification, s_.wire.process());
  s_.commands.proof_shown(verification, s_.wire.process());
}

void Process::show_unfinished(const run::StoredRun&, std::string_view) {
  quiet_port();
}

void Process::show_reads(const engine::ReadCounts&) {
  quiet_port();
}

void Process::report(const Error& error) {
  quiet_port();
  silent_ = false;
  if (s_.trace) fmt::print("  {}\n", describe(error));
}

void Process::say(std::string_view) {
  quiet_port();
}

void Process::say_waiting(std::string_view) {
  quiet_port();
  if (s_.when_waiting) s_.when_waiting();
}

}  // namespace envlink::simulation
