#include "memory_store.h"

#include <utility>

#include "engine/event_json.h"
#include "plan/stored.h"
#include "violation.h"

namespace envlink::simulation {

class MemoryStore::Held final : public run::Lock {
 public:
  explicit Held(bool& locked) : locked_(locked) { locked_ = true; }
  ~Held() override { locked_ = false; }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  Result<void> name_run(std::int64_t) override { return {}; }

 private:
  bool& locked_;
};

Result<std::int64_t> MemoryStore::begin(const run::RunSummary& run, const plan::Plan& plan) {
  StoredRun& stored = runs_.emplace_back();
  stored.summary = run;
  stored.summary.number = static_cast<std::int64_t>(runs_.size());
  stored.plan = std::make_shared<const plan::Plan>(plan);
  return stored.summary.number;
}

Result<void> MemoryStore::append(std::int64_t run, const std::vector<engine::Event>& events) {
  auto& stored = runs_.at(static_cast<std::size_t>(run) - 1).events;
  stored.insert(stored.end(), events.begin(), events.end());
  return {};
}

Result<void> MemoryStore::end(std::int64_t run, Time at, model::Outcome outcome) {
  run::RunSummary& summary = runs_.at(static_cast<std::size_t>(run) - 1).summary;
  summary.ended = at;
  summary.outcome = outcome;
  return {};
}

Result<void> MemoryStore::reopen(std::int64_t run) {
  run::RunSummary& summary = runs_.at(static_cast<std::size_t>(run) - 1).summary;
  summary.ended.reset();
  summary.outcome.reset();
  return {};
}

Result<std::vector<run::RunSummary>> MemoryStore::runs(const std::string& workspace, int limit) const {
  std::vector<run::RunSummary> found;
  for (auto run = runs_.rbegin(); run != runs_.rend() && static_cast<int>(found.size()) < limit; ++run) {
    if (workspace.empty() || run->summary.workspace == workspace) found.push_back(run->summary);
  }
  return found;
}

Result<std::optional<run::RunSummary>> MemoryStore::find(std::int64_t run) const {
  if (run < 1 || static_cast<std::size_t>(run) > runs_.size()) return std::nullopt;
  return at(run).summary;
}

Result<std::optional<plan::Plan>> MemoryStore::plan(std::int64_t run) const {
  const StoredRun& stored = at(run);
  if (!std::exchange(stored.plan_survived, true)) {
    const auto read = plan::plan_from_json(plan::to_json(*stored.plan));
    if (!read || *read != *stored.plan) throw Violation("invariant 6: the plan does not survive the journal");
  }
  return *stored.plan;
}

Result<std::vector<engine::Event>> MemoryStore::events(std::int64_t run) const {
  const StoredRun& stored = at(run);
  for (; stored.events_survived < stored.events.size(); ++stored.events_survived) {
    const engine::Event& event = stored.events[stored.events_survived];
    const auto read = engine::event_from_json(engine::to_json(event));
    if (!read || *read != event) throw Violation("invariant 6: an event does not survive the journal");
  }
  return stored.events;
}

Result<std::unique_ptr<run::Lock>> MemoryStore::take(const std::string&, Time) {
  if (!locked_) return std::make_unique<Held>(locked_);
  return fail({.kind = ErrorKind::held, .what = "Another run is under way"});
}

}  // namespace envlink::simulation
