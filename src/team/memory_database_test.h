#pragma once
// The team's database in memory, for tests. Times are those of a clock that is given.

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "team/database.h"

namespace envlink::team {

class MemoryDatabase : public Database {
 public:
  struct LockRow {
    std::int64_t term = 0;
    Holder holder{};
    Time since{};
    Time until{};
    std::optional<std::int64_t> run{};
    bool let_go = false;
  };
  struct Run {
    std::string token{};
    RunRow row{};
    std::optional<std::string> plan{};
    std::vector<std::string> events{};
    std::map<std::size_t, SealedRow> undo{};
  };
  /// All of its contents.
  struct State {
    std::map<std::string, LockRow> locks{};
    std::map<std::int64_t, Run> runs{};
    std::map<std::string, HistoryRow> histories{};
    std::map<std::string, WindowsRow> windows{};
    std::int64_t next_run = 1;
  };

  explicit MemoryDatabase(std::function<Time()> clock) : clock_(std::move(clock)) {}

  State& state() { return state_; }
  const State& state() const { return state_; }

  Answer<LockAnswer> take(const std::string& workspace, const Holder& holder, Duration length) override {
    LockRow& lock = state_.locks[workspace];
    const Time now = clock_();
    if (lock.until > now && lock.holder.id != holder.id) {
      return LockAnswer{.other = HeldLock{lock.holder, lock.since, lock.until - now, lock.run}};
    }
    if (lock.holder.id == holder.id) {
      if (lock.let_go) return LockAnswer{};  // a late statement
      lock.until = now + length;
      return LockAnswer{.term = lock.term};
    }
    lock = {.term = lock.term + 1, .holder = holder, .since = now, .until = now + length};
    return LockAnswer{.term = lock.term};
  }
  Answer<bool> renew(const Right& right, Duration length, std::int64_t run) override {
    if (!valid(right)) return false;
    LockRow& lock = state_.locks[right.workspace];
    lock.until = clock_() + length;
    if (run != 0) lock.run = run;
    return true;
  }
  Answer<bool> release(const Right& right) override {
    if (!valid(right)) return false;
    state_.locks[right.workspace].until = clock_();
    state_.locks[right.workspace].let_go = true;
    return true;
  }

  Answer<std::optional<std::int64_t>> begin(const Right& right, const std::string& token, const RunRow& row,
                                            std::string_view plan) override {
    if (!valid(right)) return std::nullopt;
    return insert(token, row, std::string(plan));
  }
  Answer<bool> append(const Right& right, std::int64_t run, int first,
                      const std::vector<std::string>& bodies) override {
    if (!valid(right, run)) return false;
    std::vector<std::string>& events = state_.runs.at(run).events;
    if (std::ssize(events) < first - 1) return false;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      if (static_cast<std::size_t>(first) + i > events.size()) events.push_back(bodies[i]);
    }
    return true;
  }
  Answer<bool> end(const Right& right, std::int64_t run, const std::optional<RunEnding>& ending) override {
    if (!valid(right, run)) return false;
    RunRow& row = state_.runs.at(run).row;
    row.ended = ending ? std::optional(ending->at) : std::nullopt;
    row.exit_code = ending ? std::optional(ending->exit_code) : std::nullopt;
    return true;
  }
  Answer<bool> keep_undo(const Right& right, std::int64_t run, const std::vector<SealedRow>& rows) override {
    if (!valid(right, run)) return false;
    for (const SealedRow& row : rows) state_.runs.at(run).undo.try_emplace(row.position, row);
    return true;
  }

  Answer<std::vector<RunRow>> runs(const std::string& workspace, int limit) override {
    std::vector<RunRow> rows;
    for (auto run = state_.runs.rbegin(); run != state_.runs.rend() && std::ssize(rows) < limit; ++run) {
      if (workspace.empty() || run->second.row.workspace == workspace) rows.push_back(run->second.row);
    }
    return rows;
  }
  Answer<std::optional<RunRow>> find(std::int64_t run) override {
    const auto found = state_.runs.find(run);
    return found == state_.runs.end() ? std::nullopt : std::optional(found->second.row);
  }
  Answer<std::optional<std::string>> plan(std::int64_t run) override {
    const auto found = state_.runs.find(run);
    return found == state_.runs.end() ? std::nullopt : found->second.plan;
  }
  Answer<std::vector<std::string>> events(std::int64_t run) override {
    const auto found = state_.runs.find(run);
    return found == state_.runs.end() ? std::vector<std::string>{} : found->second.events;
  }
  Answer<std::vector<CountRow>> event_counts(const std::string& workspace) override {
    std::vector<CountRow> rows;
    for (const auto& [number, run] : state_.runs) {
      if (workspace.empty() || run.row.workspace == workspace)
        rows.push_back({number, static_cast<int>(run.events.size())});
    }
    return rows;
  }
  Answer<std::vector<SealedRow>> undo(std::int64_t run) override {
    std::vector<SealedRow> rows;
    const auto found = state_.runs.find(run);
    if (found == state_.runs.end()) return rows;
    for (const auto& [position, row] : found->second.undo) rows.push_back(row);
    return rows;
  }
  Answer<std::int64_t> drop_undo(const std::string& workspace, Duration older_than,
                                 Duration others_older_than) override {
    std::int64_t dropped = 0;
    for (auto& [number, run] : state_.runs) {
      const Time before = clock_() - (run.row.workspace == workspace ? older_than : others_older_than);
      if (!run.row.ended || *run.row.ended >= before) continue;
      dropped += std::ssize(run.undo);
      run.undo.clear();
    }
    return dropped;
  }

  Answer<std::optional<HistoryRow>> history(const std::string& workspace) override {
    const auto found = state_.histories.find(workspace);
    return found == state_.histories.end() ? std::nullopt : std::optional(found->second);
  }
  Answer<bool> store_history(const std::string& workspace, const HistoryRow& row) override {
    const auto found = state_.histories.find(workspace);
    const std::int64_t there = found == state_.histories.end() ? 0 : found->second.revision;
    if (there == row.revision + 1 && found->second.body == row.body && found->second.taken == row.taken)
      return true;
    if (there != row.revision) return false;
    state_.histories[workspace] = {row.body, row.taken, row.revision + 1};
    return true;
  }
  Answer<bool> replace_history(const std::string& workspace, const HistoryRow& row) override {
    HistoryRow& there = state_.histories[workspace];
    there = {row.body, row.taken, there.revision + 1};
    return true;
  }

  Answer<WindowsRow> windows(const std::string& key) override {
    WindowsRow row = state_.windows[key];
    row.now = clock_();
    return row;
  }
  Answer<bool> store_windows(const std::string& key, const WindowsRow& row) override {
    WindowsRow& there = state_.windows[key];
    if (there.revision == row.revision + 1 && there.body == row.body) return true;
    if (there.revision != row.revision) return false;
    there = {row.body, row.revision + 1, {}};
    return true;
  }

  Answer<std::int64_t> import_run(const std::string& token, const RunRow& row,
                                  const std::optional<std::string>& plan,
                                  const std::vector<std::string>& events) override {
    const std::int64_t next = state_.next_run;
    const std::int64_t number = insert(token, row, plan);
    if (number != next) return number;
    Run& run = state_.runs.at(number);
    run.row.ended = row.ended;
    run.row.exit_code = row.exit_code;
    run.events = events;
    return number;
  }

 private:
  bool valid(const Right& right) const {
    const auto lock = state_.locks.find(right.workspace);
    return lock != state_.locks.end() && lock->second.term == right.term &&
           lock->second.holder.id == right.holder && !lock->second.let_go;
  }
  bool valid(const Right& right, std::int64_t run) const { return valid(right) && state_.runs.contains(run); }
  std::int64_t insert(const std::string& token, const RunRow& row, std::optional<std::string> plan) {
    for (const auto& [number, run] : state_.runs) {
      if (run.token == token) return number;
    }
    const std::int64_t number = state_.next_run++;
    Run& run = state_.runs[number];
    run = {.token = token, .row = row, .plan = std::move(plan)};
    run.row.number = number;
    return number;
  }

  std::function<Time()> clock_;
  State state_;
};

}  // namespace envlink::team
