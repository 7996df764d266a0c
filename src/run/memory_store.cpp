#include "run/memory_store.h"

#include <utility>

namespace envlink::run {

class MemoryStore::Held final : public Lock {
 public:
  Held(std::set<std::string>& locked, std::string workspace)
      : locked_(locked), workspace_(std::move(workspace)) {}
  ~Held() override { locked_.erase(workspace_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  Result<void> name_run(std::int64_t) override { return {}; }

 private:
  std::set<std::string>& locked_;
  std::string workspace_;
};

Result<std::int64_t> MemoryStore::begin(const RunSummary& run, const plan::Plan& plan) {
  Kept& kept = runs_.emplace_back();
  kept.summary = run;
  kept.summary.number = static_cast<std::int64_t>(runs_.size());
  kept.plan = std::make_shared<const plan::Plan>(plan);
  return kept.summary.number;
}

Result<void> MemoryStore::append(std::int64_t number, const std::vector<engine::Event>& events) {
  std::vector<engine::Event>& kept = kept_at(number).events;
  kept.insert(kept.end(), events.begin(), events.end());
  return {};
}

Result<void> MemoryStore::end(std::int64_t number, Time at, model::Outcome outcome) {
  RunSummary& summary = kept_at(number).summary;
  summary.ended = at;
  summary.outcome = outcome;
  return {};
}

Result<void> MemoryStore::reopen(std::int64_t number) {
  RunSummary& summary = kept_at(number).summary;
  summary.ended.reset();
  summary.outcome.reset();
  return {};
}

Result<std::vector<RunSummary>> MemoryStore::runs(const std::string& workspace, int limit) const {
  std::vector<RunSummary> found;
  for (auto run = runs_.rbegin(); run != runs_.rend() && static_cast<int>(found.size()) < limit; ++run) {
    if (workspace.empty() || run->summary.workspace == workspace) found.push_back(run->summary);
  }
  return found;
}

Result<std::optional<RunSummary>> MemoryStore::find(std::int64_t number) const {
  if (number < 1 || static_cast<std::size_t>(number) > runs_.size()) return std::nullopt;
  return at(number).summary;
}

Result<std::optional<plan::Plan>> MemoryStore::plan(std::int64_t number) const {
  return *at(number).plan;
}

Result<std::vector<engine::Event>> MemoryStore::events(std::int64_t number) const {
  return at(number).events;
}

Result<std::vector<EventCount>> MemoryStore::event_counts(const std::string& workspace) const {
  std::vector<EventCount> counts;
  for (const Kept& run : runs_) {
    if (workspace.empty() || run.summary.workspace == workspace)
      counts.push_back({run.summary.number, static_cast<int>(run.events.size())});
  }
  return counts;
}

Result<KeptHistory> MemoryStore::history(const std::string& workspace) const {
  const auto kept = histories_.find(workspace);
  return kept == histories_.end() ? KeptHistory{} : kept->second;
}

Result<bool> MemoryStore::keep_history(const std::string& workspace, const KeptHistory& history) {
  KeptHistory& kept = histories_[workspace];
  if (kept.revision != history.revision) return false;
  kept = history;
  ++kept.revision;
  return true;
}

Result<void> MemoryStore::replace_history(const std::string& workspace, const KeptHistory& history) {
  KeptHistory& kept = histories_[workspace];
  const std::int64_t revision = kept.revision + 1;
  kept = history;
  kept.revision = revision;
  return {};
}

Result<void> MemoryStore::keep_undo(std::int64_t number, const std::vector<engine::PriorValue>& values) {
  for (const engine::PriorValue& prior : values)
    kept_at(number).undo.try_emplace(prior.position, prior.value);
  return {};
}

Result<std::vector<engine::PriorValue>> MemoryStore::undo(std::int64_t number) const {
  std::vector<engine::PriorValue> values;
  for (const auto& [position, value] : at(number).undo) values.push_back({position, value});
  return values;
}

Result<std::size_t> MemoryStore::drop_undo(const UndoLimit& limit) {
  std::size_t dropped = 0;
  for (Kept& run : runs_) {
    const bool own = run.summary.workspace == limit.workspace;
    const Time before = own ? limit.ended_before : limit.others_ended_before;
    if (!run.summary.ended || *run.summary.ended >= before) continue;
    dropped += run.undo.size();
    run.undo.clear();
  }
  return dropped;
}

Result<std::unique_ptr<Lock>> MemoryStore::take(const std::string& workspace, Time) {
  if (locked_.insert(workspace).second) return std::make_unique<Held>(locked_, workspace);
  return fail({.kind = ErrorKind::held, .what = "Another run is in progress"});
}

}  // namespace envlink::run
