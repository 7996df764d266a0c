#include "run/execute.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "api/written_value.h"
#include "base/text.h"
#include "engine/rollback.h"
#include "engine/rollout.h"
#include "engine/run_loop.h"
#include "run/commands.h"
#include "run/history.h"
#include "run/proof.h"

namespace envlink::run {
namespace {

using model::Outcome;

/// The store cannot be written. Thrown through the engine's loop, because nothing unrecorded may be sent.
struct StoreFailed : std::exception {
  explicit StoreFailed(Error the_error) : error(std::move(the_error)) {}
  const char* what() const noexcept override { return error.what.c_str(); }
  Error error;
};

class StoreRecorder final : public engine::Recorder {
 public:
  StoreRecorder(Store& store, Lock& lock, std::int64_t run) : store_(store), lock_(lock), run_(run) {}
  void record(const std::vector<engine::Event>& events) override {
    if (events.empty()) return;
    if (auto appended = store_.append(run_, events); !appended) throw StoreFailed(appended.error());
  }
  void keep(const std::vector<engine::PriorValue>& undo) override {
    if (undo.empty()) return;
    if (auto kept = store_.keep_undo(run_, undo); !kept) throw StoreFailed(kept.error());
  }
  std::optional<Time> keep_right(Time now) override {
    const auto kept = lock_.keep(now);
    if (!kept) throw StoreFailed(kept.error());
    return *kept;
  }

 private:
  Store& store_;
  Lock& lock_;
  std::int64_t run_;
};

class Execution {
 public:
  /// The context has the lock.
  explicit Execution(Context& context) : context_(context), lock_(*context.lock) {}

  Result<std::int64_t> begin(const plan::Plan& plan) {
    RunSummary summary{.workspace = plan.owner.id.text(),
                       .file = plan.file,
                       .user = context_.user,
                       .host = context_.host,
                       .began = context_.clock.now()};
    if (plan.undoes != 0) summary.undoes = plan.undoes;
    replace_unreadable(context_, plan.owner.id);
    const auto run = context_.store.begin(summary, plan);
    if (run) name(*run);
    return run;
  }

  /// The name is for people; the lock is held without it.
  void name(std::int64_t run) {
    if (const auto named = lock_.name_run(run); !named) context_.frontend.report(named.error());
  }

  /// Carries the run to its end, with the proof or the rollback after it.
  Outcome finish(std::int64_t run, engine::Rollout& rollout, const model::Desired& wanted) {
    const RolledOut rolled = roll_out(run, rollout, true);
    if (!rolled.whole) return rolled.outcome;
    if (engine::calls_for_rollback(rollout.plan(), rollout.progress()))
      return go_back(run, rollout.plan(), rollout.progress());
    if (!close(run, context_.clock.now(), rolled.outcome)) return Outcome::error;
    tell_what_holds_back(run, rollout);
    if (rolled.outcome != Outcome::done) return rolled.outcome;
    // The group that the run created has an id now.
    return prove(context_, rollout.plan().new_group ? asked_by(rollout.plan()) : wanted, rollout);
  }

  /// Carries the run to its end, without a proof or a rollback after it.
  Outcome finish_alone(std::int64_t run, engine::Rollout& rollout) {
    const RolledOut rolled = roll_out(run, rollout, false);
    if (rolled.whole) close_with_undone(run, rollout, rolled.outcome);
    return rolled.outcome;
  }

  /// Rolls back after a failure, if the plan says `on_failure: rollback`.
  Outcome go_back(std::int64_t run, const plan::Plan& plan, const engine::Progress& progress) {
    const Outcome failed = progress.outcome;
    auto back = plan_rollback(context_, run, plan, progress);
    if (back && !back->plan.refused() && engine::misses_writes(plan, progress, back->plan, back->reading)) {
      const auto waited = pause(context_, until_links_show());
      back = waited ? plan_rollback(context_, run, plan, progress) : fail(waited.error());
    }
    if (!back) {
      context_.frontend.report(after_writing(back.error()));
      context_.frontend.say("  → To roll back: envlink resume");
      return back.error().kind == ErrorKind::interrupted ? Outcome::interrupted : failed;
    }
    context_.frontend.show_plan(back->plan);
    if (back->plan.refused() || back->plan.empty()) {
      const Outcome outcome = back->plan.refused() ? failed : Outcome::rolled_back;
      close(run, progress.ended_at.value_or(context_.clock.now()), outcome);
      return outcome;
    }
    auto writes = writes_of_rollback(context_, back->plan);
    if (!writes) return end_with(context_, writes.error());
    const auto begun = begin(back->plan);
    if (!begun) return end_with(context_, begun.error());
    engine::Rollout rollout(back->plan, context_.budget, context_.values, std::move(*writes));
    const Outcome outcome = finish_alone(*begun, rollout);
    return outcome == Outcome::done ? Outcome::rolled_back : outcome;
  }

 private:
  struct RolledOut {
    Outcome outcome = Outcome::done;
    bool whole = false;  // false: it stays open in the store
  };

  /// `proved_behind`: a proof follows a success.
  RolledOut roll_out(std::int64_t run, engine::Rollout& rollout, bool proved_behind) {
    StoreRecorder recorder(context_.store, lock_, run);
    const auto transport = context_.network.connect();
    bool whole = false;
    std::optional<Error> unrecorded;
    {
      // The observer's destructor restores the terminal before anything else is written.
      const auto observer = context_.frontend.watch(run, rollout);
      try {
        whole = engine::run(rollout, context_.clock, *transport, recorder, *observer, context_.sharing);
      } catch (const StoreFailed& failed) {
        unrecorded = failed.error;
      }
    }
    context_.budget = rollout.budget();
    if (unrecorded) {
      const Outcome outcome = end_with(context_, *unrecorded);
      context_.frontend.rolled_out(run, rollout, RunEnd::broken_off);
      const bool lost = unrecorded->kind == ErrorKind::held;
      context_.frontend.say(
          fmt::format("Nothing more was sent. Deploys that were already requested continue on Render.\n"
                      "  → {}: envlink resume",
                      lost ? "Once the other run has ended"
                           : fmt::format("Once the {} can be written again", context_.store.name())));
      return {outcome};
    }
    const bool to_be_proved = whole && proved_behind && rollout.outcome() == Outcome::done;
    context_.frontend.rolled_out(run, rollout,
                                 to_be_proved ? RunEnd::to_be_proved
                                 : whole      ? RunEnd::whole
                                              : RunEnd::broken_off);
    if (!whole) {
      context_.frontend.say(
          fmt::format("Stopped at once. Deploys that were requested continue on Render; the {} "
                      "has them as run {}.\n  → Finish it: envlink resume",
                      context_.store.name(), run));
      return {Outcome::interrupted};
    }
    return {rollout.outcome(), true};
  }

  /// Without pipeline minutes a rollback cannot deploy either.
  void tell_what_holds_back(std::int64_t run, const engine::Rollout& rollout) {
    const engine::Progress& progress = rollout.progress();
    const bool goes_back = rollout.plan().rollout.on_failure == model::OnFailure::rollback;
    if (!goes_back || !progress.quota_exhausted || rollout.plan().undoes != 0) return;
    context_.frontend.say(
        fmt::format("Nothing was rolled back: a rollback deploys too, and the workspace has no pipeline "
                    "minutes left.\n  → Once it has more, or a higher limit: envlink rollback {}",
                    run));
  }

  bool close(std::int64_t run, Time at, Outcome outcome) {
    const auto ended = context_.store.end(run, at, outcome);
    if (ended) return true;
    context_.frontend.report(ended.error());
    context_.frontend.say(fmt::format("Run {} is still open in the {}.\n  → Close it: envlink resume", run,
                                      context_.store.name()));
    return false;
  }

  /// Closes a finished rollback and the run that it undoes, that run first: after a crash in between, the
  /// rollback can be resumed. In the other order, the run would be rolled back a second time. A failed
  /// rollback has taken back what it could: nothing is left to resume.
  void close_with_undone(std::int64_t run, const engine::Rollout& rollout, Outcome outcome) {
    const Time now = context_.clock.now();
    const std::int64_t undone = rollout.plan().undoes;
    if (undone != 0 && !rollout.progress().unfinished()) {
      const auto before = load_run(context_.store, undone);
      const bool open = !before || before->open();
      const Time at = before ? before->left_off() : now;
      if (outcome == Outcome::done && !close(undone, at, Outcome::rolled_back)) return;
      if (outcome != Outcome::done && open && !close(undone, at, Outcome::deploy_failed)) return;
    }
    close(run, now, outcome);
  }

  Context& context_;
  Lock& lock_;
};

bool from_configuration(const plan::Plan& plan) {
  return std::ranges::any_of(plan.groups, [](const plan::PlannedGroup& group) {
    return group.values_from && group.values_from->origin == plan::ValueOrigin::configuration;
  });
}

/// Another machine's clock may be ahead of this one's: nothing that it recorded counts as later than now.
std::vector<engine::Event> none_later(std::vector<engine::Event> events, Time now) {
  for (engine::Event& event : events) event.at = std::min(event.at, now);
  return events;
}

Error values_are_gone(const StoredRun& run) {
  return {
      .what = fmt::format("Run {} cannot continue: its values were lost with the process that had them",
                          run.number()),
      .cure = fmt::format("Undo what it did: envlink rollback {}\nThen set them again: envlink groups set",
                          run.number())};
}

Error other_value(const StoredRun& run, const plan::ValueChange& change) {
  return {.what = fmt::format("This is not the value of {} that run {} was writing; nothing was changed",
                              clean(change.key), run.number()),
          .cure = fmt::format("Give same value again: envlink resume {}\nOr undo the run: envlink "
                              "rollback {}",
                              run.number(), run.number())};
}

}  // namespace

Result<PlannedRollback> plan_rollback(Context& context, std::int64_t run, const plan::Plan& plan,
                                      const engine::Progress& progress) {
  const auto runs = context.store.runs(plan.owner.id.text(), runs_looked_at);
  if (!runs) return fail(runs.error());
  engine::BeforeRollback earlier;
  for (const RunSummary& other : *runs) {
    if (other.undoes.value_or(0) < run) continue;
    const auto rollback = load_run(context.store, other.number);
    if (!rollback && *other.undoes != run) continue;
    if (!rollback) return fail(rollback.error());
    for (const engine::ServiceProgress& service : rollback->progress.services) {
      if (service.deploy.empty()) continue;
      (*other.undoes == run ? earlier.gone_back : earlier.later_undone).push_back(service.deploy);
    }
  }
  const auto actual = read_workspace(context, engine::desired_by(plan), {.include_preflight_data = false});
  if (!actual) return fail(actual.error());
  if (!plan.values.empty()) {
    const auto kept = context.store.undo(run);
    if (!kept) return fail(kept.error());
    for (const engine::PriorValue& value : *kept) earlier.kept_values.push_back(value.position);
  }
  return PlannedRollback{engine::rollback_plan(plan, progress, run, *actual, earlier), actual->reading};
}

Result<engine::ValueWrites> writes_of_rollback(Context& context, const plan::Plan& back) {
  engine::ValueWrites writes{.digest = context.values.digest};
  if (back.values.empty()) return writes;
  const auto undone = load_run(context.store, back.undoes);
  if (!undone) return fail(undone.error());
  const auto kept = context.store.undo(back.undoes);
  if (!kept) return fail(kept.error());
  for (const plan::ValueChange& change : back.values) {
    const std::size_t position = engine::undone_value(undone->plan, change);
    const auto prior = std::ranges::find(*kept, position, &engine::PriorValue::position);
    const bool is_kept = prior != kept->end() && prior->value;
    if (change.action == plan::ValueAction::set && !is_kept) {
      return fail({.what = fmt::format("The earlier value of {} is no longer kept; nothing was changed",
                                       clean(change.key)),
                   .cure = "Set it yourself: envlink groups set"});
    }
    writes.bodies.push_back(is_kept ? api::WrittenValue::body(change.key, *prior->value) : nullptr);
  }
  return writes;
}

Outcome execute_plan(Context& context, const plan::Plan& plan, const model::Desired& wanted,
                     engine::ValueWrites writes) {
  Execution execution(context);
  const auto run = execution.begin(plan);
  if (!run) return end_with(context, run.error());
  engine::Rollout rollout(plan, context.budget, context.values, std::move(writes));
  rollout.plan_listed(context.deploys_at);
  return execution.finish(*run, rollout, wanted);
}

Outcome execute_alone(Context& context, const plan::Plan& plan, engine::ValueWrites writes) {
  Execution execution(context);
  const auto run = execution.begin(plan);
  if (!run) return end_with(context, run.error());
  engine::Rollout rollout(plan, context.budget, context.values, std::move(writes));
  rollout.plan_listed(context.deploys_at);
  return execution.finish_alone(*run, rollout);
}

/// Values that are not proved are requested from their source again and must match the plan. Digests are
/// needed in any case: proved values are read back again.
Result<engine::ValueWrites> writes_that_are_left(Context& context, const StoredRun& run) {
  if (run.plan.values.empty()) return engine::ValueWrites{};
  const Digests digests = context.digests ? context.digests(false) : Digests{};
  if (!digests.make || digests.key != run.plan.digest_key) {
    return fail(
        {.what = fmt::format("Run {} cannot continue: its values could not be read back", run.number()),
         .why = fmt::format("the {} is missing or different", context.digest_key_name),
         .cure = fmt::format("Ignore it and set the values again: envlink {} --anew",
                             from_configuration(run.plan) ? "apply" : "groups set")});
  }
  context.values.digest = digests.make;
  if (run.plan.undoes != 0) return writes_of_rollback(context, run.plan);
  engine::ValueWrites writes{.digest = digests.make};
  writes.bodies.resize(run.plan.values.size());
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < run.plan.values.size(); ++i) {
    const bool proved = run.progress.values[i].phase == engine::WritePhase::proved;
    if (!proved && run.plan.values[i].action == plan::ValueAction::set) left.push_back(i);
  }
  if (left.empty()) return writes;
  if (!context.ask_again) return fail(values_are_gone(run));
  auto given = context.ask_again(run.plan, left);
  if (!given) return fail(given.error());
  for (std::size_t i = 0; i < left.size(); ++i) {
    const plan::ValueChange& change = run.plan.values[left[i]];
    const auto known = api::WrittenValue::describe(change.key, (*given)[i], nullptr, digests.make);
    if (!known.digest || known.digest->hex() != change.after) return fail(other_value(run, change));
    writes.bodies[left[i]] = api::WrittenValue::body(change.key, (*given)[i]);
  }
  return writes;
}

Outcome continue_run(Context& context, const StoredRun& run) {
  Execution execution(context);
  const bool goes_back = engine::calls_for_rollback(run.plan, run.progress);
  auto writes = goes_back ? Result<engine::ValueWrites>() : writes_that_are_left(context, run);
  if (!writes) return end_with(context, writes.error());
  if (const auto opened = context.store.reopen(run.number()); !opened)
    return end_with(context, opened.error());
  execution.name(run.number());
  if (goes_back) return execution.go_back(run.number(), run.plan, run.progress);
  engine::Rollout rollout(run.plan, none_later(run.events, context.clock.now()), context.budget,
                          std::move(*writes));
  if (run.plan.undoes == 0) return execution.finish(run.number(), rollout, asked_by(run.plan));
  const Outcome outcome = execution.finish_alone(run.number(), rollout);
  if (outcome != Outcome::done) return outcome;
  // Only the undone run shows whether the rollback followed a failure.
  const auto undone = load_run(context.store, run.plan.undoes);
  if (!undone) return end_with(context, undone.error());
  const bool after_failure = engine::calls_for_rollback(undone->plan, undone->progress);
  return after_failure ? Outcome::rolled_back : Outcome::done;
}

}  // namespace envlink::run
