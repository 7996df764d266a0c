#include "team/team_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "engine/event_json.h"
#include "plan/history_json.h"
#include "plan/stored.h"
#include "run/stored_text.h"

namespace envlink::team {
namespace {

constexpr Duration between_tries = std::chrono::milliseconds(250);

run::RunSummary summary_of(const RunRow& row) {
  run::RunSummary run{.number = row.number,
                      .workspace = row.workspace,
                      .file = row.file,
                      .user = row.user,
                      .host = row.host,
                      .began = row.began,
                      .ended = row.ended,
                      .undoes = row.undoes};
  if (row.exit_code) run.outcome = model::outcome_of_exit_code(*row.exit_code);
  return run;
}

RunRow row_of(const run::RunSummary& run) {
  return {.workspace = run.workspace,
          .file = run.file,
          .user = run.user,
          .host = run.host,
          .began = run.began,
          .undoes = run.undoes};
}

Error unreadable(std::string what, const run::Unreadable& reason) {
  if (reason.newer)
    return {
        .kind = ErrorKind::too_new, .what = std::move(what), .why = reason.why, .cure = "Update envlink."};
  return {.what = std::move(what),
          .why = "the team store is damaged there: " + reason.why,
          .cure = "Restore the database from a backup."};
}

Error not_locked(const std::string& workspace) {
  return {.kind = ErrorKind::held,
          .what = fmt::format("The lock of the workspace {} is not held", clean(workspace)),
          .cure = "This is a bug in envlink. Please report it."};
}

Error taken_over(const std::string& workspace) {
  return {.kind = ErrorKind::held,
          .what = fmt::format("This run has lost the lock of the workspace {}", clean(workspace)),
          .why =
              "it was not renewed for a minute and another process took it, or the database lost its last "
              "commits in a failover",
          .cure = "See who runs now: envlink runs"};
}

Error not_renewed(const std::string& workspace, const Error& reason) {
  return {.what = fmt::format("The lock of the workspace {} could not be renewed in time", clean(workspace)),
          .why = reason.why.empty() ? reason.what : fmt::format("{}: {}", reason.what, reason.why)};
}

std::string ends_within(Duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::clamp(left, Duration{0}, lease_length));
  return format_duration(std::max<Duration>(seconds, std::chrono::seconds(1)));
}

Error held(const std::string& workspace, const std::optional<HeldLock>& other) {
  if (!other) {
    return {.kind = ErrorKind::held,
            .what = fmt::format("Another run is in progress in the workspace {}", clean(workspace)),
            .cure = "Wait until it ends"};
  }
  const std::string run = other->run ? fmt::format("Run {}", *other->run) : "Another run";
  return {
      .kind = ErrorKind::held,
      .what = fmt::format("{} is in progress in the workspace {}", run, clean(workspace)),
      .why = fmt::format("started by {} on {} at {} (process {})", clean(other->by.user, 64),
                         clean(other->by.host, 64), format_rfc3339_seconds(other->since), other->by.process),
      .cure = fmt::format("Wait until it ends. If that process is gone, its lock ends within {}",
                          ends_within(other->left))};
}

}  // namespace

/// Repeats a statement that failed for a passing reason.
template <class Ask>
auto TeamStore::ask(Ask statement, Time give_up) const {
  using Value = typename decltype(statement())::value_type;
  while (true) {
    auto answer = statement();
    if (answer) return Result<Value>(std::move(*answer));
    const bool again = answer.error().passing && here_.clock.now() + between_tries < give_up;
    if (!again || !here_.wait(between_tries)) {
      Error error = std::move(answer.error().error);
      if (error.kind == ErrorKind::general) error.kind = ErrorKind::unreachable;
      return Result<Value>(fail(std::move(error)));
    }
  }
}

template <class Ask>
auto TeamStore::ask(Ask statement) const {
  return ask(std::move(statement), here_.clock.now() + tried_for);
}

class TeamStore::Lease final : public run::Lock {
 public:
  Lease(TeamStore& store, Right right, Time asked) : store_(store), right_(std::move(right)) {
    extend(asked);
    store_.leases_[right_.workspace] = this;
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  /// If this fails, the lock ends by itself.
  ~Lease() override {
    const auto known = store_.leases_.find(right_.workspace);
    if (known != store_.leases_.end() && known->second == this) store_.leases_.erase(known);
    [[maybe_unused]] const auto let_go = store_.database_.release(right_);
  }

  Result<void> name_run(std::int64_t run) override {
    run_ = run;
    renew_at_ = Time::min();
    if (const auto kept = keep(store_.here_.clock.now()); !kept) return fail(kept.error());
    return {};
  }

  /// By the clock that dated the lock: another one of this process may have started from another time of day.
  Result<std::optional<Time>> keep(Time) override {
    const Time now = store_.here_.clock.now();
    if (lost_) return fail(*lost_);
    if (now < renew_at_ && expired_) return fail(*expired_);
    if (now < renew_at_) return renew_at_;
    const auto renew = [&] {
      asked_ = store_.here_.clock.now();
      return store_.database_.renew(right_, lease_length, run_);
    };
    const bool long_ago = now >= held_until_ && !expired_;  // a person thought about a question
    const auto renewed = store_.ask(renew, long_ago ? now + tried_for : now);
    if (renewed && *renewed) {
      extend(asked_);
      return renew_at_;
    }
    if (renewed) return fail(lose());
    const Time then = store_.here_.clock.now();
    if (then >= held_until_) {
      renew_at_ = then + renewed_every;
      expired_ = not_renewed(right_.workspace, renewed.error());
      return fail(*expired_);
    }
    renew_at_ = std::min(then + std::chrono::seconds(1), held_until_);
    return renew_at_;
  }

  const Right& right() const { return right_; }
  Time held_until() const { return held_until_; }
  Error lose() {
    lost_ = taken_over(right_.workspace);
    return *lost_;
  }

 private:
  void extend(Time asked) {
    held_until_ = asked + lease_length - lease_margin;
    renew_at_ = asked + renewed_every;
    expired_.reset();
  }

  TeamStore& store_;
  Right right_;
  std::int64_t run_ = 0;
  Time asked_{};
  Time held_until_{};  // by this process's clock, with the margin
  Time renew_at_{};
  std::optional<Error> expired_;  // why it could not be renewed until then
  std::optional<Error> lost_;
};

Result<std::unique_ptr<run::Lock>> TeamStore::take(const std::string& workspace, Time) {
  Holder holder = here_.who;
  holder.id = here_.random_id();
  Time asked{};
  const auto answer = ask([&] {
    asked = here_.clock.now();
    return database_.take(workspace, holder, lease_length);
  });
  if (!answer) return fail(answer.error());
  if (answer->term == 0) return fail(held(workspace, answer->other));
  for (auto& [run, known] : known_) known.events.reset();
  return std::make_unique<Lease>(*this, Right{workspace, answer->term, holder.id}, asked);
}

/// `statement` gets the right to write and answers whether it still was one.
template <class Ask>
Result<void> TeamStore::write(const std::string& workspace, Ask statement) {
  const auto found = leases_.find(workspace);
  if (found == leases_.end()) return fail(not_locked(workspace));
  Lease& lease = *found->second;
  // A lock that ended while a person thought may still be ours: only the database knows.
  const Time now = here_.clock.now();
  const Time give_up = now < lease.held_until() ? lease.held_until() : now + tried_for;
  const auto written = ask([&] { return statement(lease.right()); }, give_up);
  if (!written) return fail(written.error());
  if (!*written) return fail(lease.lose());
  return {};
}

Result<TeamStore::KnownRun*> TeamStore::known(std::int64_t run) {
  const auto found = known_.find(run);
  if (found != known_.end()) return &found->second;
  const auto summary = find(run);
  if (!summary) return fail(summary.error());
  if (!*summary) return fail({.what = fmt::format("The team store has no run {}", run)});
  return &known_.emplace(run, KnownRun{.workspace = (*summary)->workspace}).first->second;
}

Result<std::int64_t> TeamStore::begin(const run::RunSummary& run, const plan::Plan& plan) {
  const std::string token = here_.random_id();
  const std::string text = plan::to_json(plan);
  std::int64_t number = 0;
  const auto begun = write(run.workspace, [&](const Right& right) {
    return database_.begin(right, token, row_of(run), text).map([&](std::optional<std::int64_t> given) {
      number = given.value_or(0);
      return given.has_value();
    });
  });
  if (!begun) return fail(begun.error());
  known_[number] = {.workspace = run.workspace, .events = 0};
  return number;
}

Result<void> TeamStore::append(std::int64_t run, const std::vector<engine::Event>& events) {
  if (events.empty()) return {};
  const auto to = known(run);
  if (!to) return fail(to.error());
  KnownRun& known = **to;
  if (!known.events) {
    const auto counts = event_counts(known.workspace);
    if (!counts) return fail(counts.error());
    const auto count = std::ranges::find(*counts, run, &run::EventCount::run);
    known.events = count == counts->end() ? 0 : count->events;
  }
  std::vector<std::string> bodies;
  for (const engine::Event& event : events) bodies.push_back(engine::to_json(event));
  const auto written = write(known.workspace, [&](const Right& right) {
    return database_.append(right, run, *known.events + 1, bodies);
  });
  if (written) known.events = *known.events + static_cast<int>(bodies.size());
  return written;
}

Result<void> TeamStore::end(std::int64_t run, Time at, model::Outcome outcome) {
  const auto of = known(run);
  if (!of) return fail(of.error());
  return write((*of)->workspace, [&](const Right& right) {
    return database_.end(right, run, RunEnding{at, model::exit_code(outcome)});
  });
}

Result<void> TeamStore::reopen(std::int64_t run) {
  const auto of = known(run);
  if (!of) return fail(of.error());
  return write((*of)->workspace, [&](const Right& right) { return database_.end(right, run, std::nullopt); });
}

Result<void> TeamStore::keep_undo(std::int64_t run, const std::vector<engine::PriorValue>& values) {
  if (values.empty()) return {};
  if (!here_.seal) {
    return fail({.what = fmt::format("The values from before run {} cannot be stored", run),
                 .why = here_.why_unsealed});
  }
  const auto of = known(run);
  if (!of) return fail(of.error());
  std::vector<SealedRow> rows;
  for (const engine::PriorValue& prior : values) {
    keys::SealedValue sealed = here_.seal->seal(run, prior);
    rows.push_back({prior.position, std::move(sealed.nonce), std::move(sealed.bytes)});
  }
  return write((*of)->workspace, [&](const Right& right) { return database_.keep_undo(right, run, rows); });
}

Result<std::vector<run::RunSummary>> TeamStore::runs(const std::string& workspace, int limit) const {
  const auto rows = ask([&] { return database_.runs(workspace, limit); });
  if (!rows) return fail(rows.error());
  std::vector<run::RunSummary> runs;
  for (const RunRow& row : *rows) runs.push_back(summary_of(row));
  return runs;
}

Result<std::optional<run::RunSummary>> TeamStore::find(std::int64_t run) const {
  const auto row = ask([&] { return database_.find(run); });
  if (!row) return fail(row.error());
  return *row ? std::optional(summary_of(**row)) : std::nullopt;
}

Result<std::optional<plan::Plan>> TeamStore::plan(std::int64_t run) const {
  const auto text = ask([&] { return database_.plan(run); });
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  return run::plan_from_text(run, **text).map([](plan::Plan plan) { return std::optional(std::move(plan)); });
}

Result<std::vector<engine::Event>> TeamStore::events(std::int64_t run) const {
  const auto bodies = ask([&] { return database_.events(run); });
  if (!bodies) return fail(bodies.error());
  // Events of 0.1.0, which need the plan, are converted before they are moved here.
  auto events = run::events_from_text(*bodies, nullptr);
  if (!events) return fail(unreadable(fmt::format("Run {} cannot be read", run), events.error()));
  return std::move(*events);
}

Result<std::vector<run::EventCount>> TeamStore::event_counts(const std::string& workspace) const {
  const auto rows = ask([&] { return database_.event_counts(workspace); });
  if (!rows) return fail(rows.error());
  std::vector<run::EventCount> counts;
  for (const CountRow& row : *rows) counts.push_back({row.run, row.events});
  return counts;
}

Result<run::KeptHistory> TeamStore::history(const std::string& workspace) const {
  const auto row = ask([&] { return database_.history(workspace); });
  if (!row) return fail(row.error());
  if (!*row) return run::KeptHistory{};
  auto history = run::history_from_text((*row)->body, (*row)->taken, (*row)->revision);
  if (!history)
    return fail(
        unreadable("The history of this workspace in the team store cannot be read", history.error()));
  return std::move(*history);
}

Result<bool> TeamStore::keep_history(const std::string& workspace, const run::KeptHistory& history) {
  const HistoryRow row{plan::to_json(history.history), run::text_of(history.taken), history.revision};
  return ask([&] { return database_.store_history(workspace, row); });
}

Result<void> TeamStore::replace_history(const std::string& workspace, const run::KeptHistory& history) {
  const HistoryRow row{plan::to_json(history.history), run::text_of(history.taken), 0};
  const auto replaced = ask([&] { return database_.replace_history(workspace, row); });
  return replaced ? Result<void>() : fail(replaced.error());
}

Result<std::vector<engine::PriorValue>> TeamStore::undo(std::int64_t run) const {
  const auto rows = ask([&] { return database_.undo(run); });
  if (!rows) return fail(rows.error());
  std::vector<engine::PriorValue> values;
  for (const SealedRow& row : *rows) {
    auto value = here_.seal ? here_.seal->unseal(run, row.position, {row.nonce, row.bytes}) : std::nullopt;
    if (!value) {
      return fail({.what = fmt::format("The values from before run {} cannot be restored", run),
                   .why = here_.seal ? "they were sealed with another store key" : here_.why_unsealed,
                   .cure =
                       "Set ENVLINK_STORE_KEY to the key that the run had. If it is lost, set the values by "
                       "hand."});
    }
    values.push_back(std::move(*value));
  }
  return values;
}

Result<std::size_t> TeamStore::drop_undo(const run::UndoLimit& limit) {
  // Only the database's clock is everybody's.
  const Time now = here_.clock.now();
  return ask([&] {
           return database_.drop_undo(limit.workspace, now - limit.ended_before,
                                      now - limit.others_ended_before);
         })
      .map([](std::int64_t dropped) { return static_cast<std::size_t>(dropped); });
}

}  // namespace envlink::team
