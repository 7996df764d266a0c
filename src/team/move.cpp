#include "team/move.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/sha256.h"
#include "engine/event.h"
#include "engine/event_json.h"
#include "model/outcome.h"
#include "plan/stored.h"

namespace envlink::team {
namespace {

using Numbers = std::map<std::int64_t, std::int64_t>;  // of the runs: there, here

/// 0 for a run that was not copied.
std::int64_t number_in(const Numbers& numbers, std::int64_t run) {
  const auto found = numbers.find(run);
  return found == numbers.end() ? 0 : found->second;
}

/// The same for the same run each time, and different for every other run of every machine.
std::string token_of(const run::RunSummary& run) {
  return sha256_hex(fmt::format("envlink moved run, 1\n{}\n{}\n{}\n{}\n{}", run.number,
                                run.began.time_since_epoch().count(), run.workspace, run.host, run.user))
      .substr(0, 32);
}

RunRow row_of(const run::RunSummary& run, std::int64_t undoes) {
  RunRow row{.workspace = run.workspace,
             .file = run.file,
             .user = run.user,
             .host = run.host,
             .began = run.began,
             .ended = run.ended};
  if (run.ended) row.exit_code = model::exit_code(run.outcome.value_or(model::Outcome::error));
  if (undoes != 0) row.undoes = undoes;
  return row;
}

/// In two stores, it could be finished twice at the same time.
Error unfinished(std::int64_t run) {
  return {.what = fmt::format("Run {} was not copied", run),
          .why = "it is unfinished",
          .cure = "Finish it where it is, then copy it: envlink resume"};
}

Error rollback_of_left_out(const run::RunSummary& run) {
  return {.what = fmt::format("Run {} was not copied", run.number),
          .why = fmt::format("it rolls back run {}, which was not copied either", *run.undoes)};
}

plan::History renumbered(const plan::History& history, const Numbers& numbers) {
  plan::History::State state = history.state();
  for (auto& [service, deploys] : state.deploys) {
    for (plan::CarriedDeploy& deploy : deploys) deploy.run = number_in(numbers, deploy.run);
  }
  for (auto& [service, draft] : state.drafts) draft.run = number_in(numbers, draft.run);
  return plan::History(std::move(state));
}

/// The locks of all workspaces in both stores.
class HeldLocks {
 public:
  explicit HeldLocks(engine::Clock& clock) : clock_(clock) {}
  Result<void> take(run::Locks& locks, const std::string& workspace) {
    auto lock = locks.take(workspace, clock_.now());
    if (!lock) return fail(std::move(lock.error()));
    held_.push_back(std::move(*lock));
    return {};
  }
  Result<void> keep() {
    for (const auto& lock : held_) {
      if (auto kept = lock->keep(clock_.now()); !kept) return fail(std::move(kept.error()));
    }
    return {};
  }

 private:
  engine::Clock& clock_;
  std::vector<std::unique_ptr<run::Lock>> held_;
};

class Move {
 public:
  Move(run::Store& from, Database& database, TeamStore& to, std::int64_t newest_before)
      : from_(from), database_(database), to_(to), newest_before_(newest_before) {}

  Result<void> copy_run(const run::RunSummary& run) {
    if (run.undoes && !numbers_.contains(*run.undoes)) return leave_out(rollback_of_left_out(run));
    const std::int64_t undoes = number_in(numbers_, run.undoes.value_or(0));
    auto plan = from_.plan(run.number);
    if (!plan) return leave_out(std::move(plan.error()));
    auto events = from_.events(run.number);
    if (!events) return leave_out(std::move(events.error()));
    const auto whole = run::load_run(from_, run.number);
    const bool left = run.outcome != model::Outcome::done && whole && whole->unfinished();
    if (!run.ended || left) return leave_out(unfinished(run.number));
    if (*plan) (*plan)->undoes = undoes;
    std::vector<std::string> bodies;
    for (engine::Event& event : *events) {
      if (auto* began = std::get_if<engine::RunBegan>(&event.what)) began->undoes = undoes;
      bodies.push_back(engine::to_json(event));
    }
    const auto text = *plan ? std::optional(plan::to_json(**plan)) : std::nullopt;
    const auto number = database_.import_run(token_of(run), row_of(run, undoes), text, bodies);
    if (!number) return fail(number.error().error);
    numbers_[run.number] = *number;
    counts_[run.workspace].push_back({*number, static_cast<int>(bodies.size())});
    const bool is_new = *number > newest_before_;
    ++(is_new ? moved_.copied : moved_.there);
    return copy_values(run.number, *number);
  }

  Result<void> copy_history(const std::string& workspace) {
    auto known = from_.history(workspace);
    if (!known) {
      moved_.left_out.push_back(std::move(known.error()));
      known = run::KeptHistory{};
    }
    constexpr int tries = 5;  // somebody may store a reading at the same time
    for (int i = 0; i < tries; ++i) {
      auto kept = to_.history(workspace);
      if (!kept) return fail(std::move(kept.error()));
      const auto stored = to_.keep_history(workspace, joined(std::move(*kept), *known, workspace));
      if (!stored) return fail(stored.error());
      if (*stored) return {};
    }
    return fail({.kind = ErrorKind::held,
                 .what = fmt::format("What is known about the workspace {} could not be stored", workspace),
                 .why = "others store readings of it all the time",
                 .cure = "Try again."});
  }

  Result<void> leave_out(Error error) {
    moved_.left_out.push_back(std::move(error));
    return {};
  }
  Moved done() { return std::move(moved_); }

 private:
  Result<void> copy_values(std::int64_t there, std::int64_t here) {
    auto values = from_.undo(there);
    if (!values) return leave_out(std::move(values.error()));
    if (values->empty()) return {};
    const auto stored = database_.undo(here);
    if (!stored) return fail(stored.error().error);
    if (!stored->empty()) return {};
    if (auto kept = to_.keep_undo(here, *values); !kept) {
      if (kept.error().kind == ErrorKind::held) return kept;
      return leave_out(std::move(kept.error()));
    }
    moved_.values += static_cast<int>(values->size());
    return {};
  }

  /// What the team knows already is newer, and then the copied runs are no news to it.
  run::KeptHistory joined(run::KeptHistory kept, const run::KeptHistory& known,
                          const std::string& workspace) {
    if (kept.revision == 0) {
      kept.history = renumbered(known.history, numbers_);
      for (const run::EventCount& one : known.taken) {
        if (const std::int64_t number = number_in(numbers_, one.run); number != 0)
          kept.taken.push_back({number, one.events});
      }
    } else {
      for (const run::EventCount& one : counts_[workspace]) {
        if (std::ranges::find(kept.taken, one.run, &run::EventCount::run) == kept.taken.end())
          kept.taken.push_back(one);
      }
    }
    std::ranges::sort(kept.taken, {}, &run::EventCount::run);
    return kept;
  }

  run::Store& from_;
  Database& database_;
  TeamStore& to_;
  std::int64_t newest_before_;
  Numbers numbers_;
  std::map<std::string, std::vector<run::EventCount>> counts_;  // of the copied runs, by workspace
  Moved moved_;
};

}  // namespace

Result<Moved> move_runs(run::Store& from, run::Locks& locks, Database& database, TeamStore& to,
                        engine::Clock& clock) {
  auto runs = from.runs("", std::numeric_limits<int>::max());
  if (!runs) return fail(std::move(runs.error()));
  std::ranges::reverse(*runs);  // a rollback comes behind the run that it undoes
  std::set<std::string> workspaces;
  for (const run::RunSummary& run : *runs) workspaces.insert(run.workspace);

  HeldLocks held(clock);
  for (const std::string& workspace : workspaces) {
    if (auto taken = held.take(locks, workspace); !taken) return fail(std::move(taken.error()));
    if (auto taken = held.take(to, workspace); !taken) return fail(std::move(taken.error()));
  }
  const auto newest = to.runs("", 1);
  if (!newest) return fail(newest.error());
  Move move(from, database, to, newest->empty() ? 0 : newest->front().number);
  for (const run::RunSummary& run : *runs) {
    auto copied = held.keep().and_then([&] { return move.copy_run(run); });
    if (!copied) return fail(std::move(copied.error()));
  }
  for (const std::string& workspace : workspaces) {
    if (auto copied = move.copy_history(workspace); !copied) return fail(std::move(copied.error()));
  }
  return move.done();
}

}  // namespace envlink::team
