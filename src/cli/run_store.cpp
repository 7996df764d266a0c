#include "cli/run_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "journal/lock.h"
#include "plan/stored.h"

namespace envlink::cli {

namespace {

using journal::Journal;

class FileLock final : public run::Lock {
 public:
  explicit FileLock(journal::Lock lock) : lock_(std::move(lock)) {}
  Result<void> name_run(std::int64_t run) override { return lock_.name_run(run); }

 private:
  journal::Lock lock_;
};

}  // namespace

Result<Journal*> RunStore::open() const {
  if (journal_) return &*journal_;
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  auto journal = Journal::open(*directory);
  if (!journal) return fail(journal.error());
  journal_.emplace(std::move(*journal));
  return &*journal_;
}

Result<Journal*> RunStore::existing() const {
  if (journal_) return &*journal_;
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  if (access((*directory + "/journal.db").c_str(), F_OK) != 0 && errno == ENOENT) return nullptr;
  return open();
}

template <class Value, class Read>
Result<Value> RunStore::read(Read from) const {
  const auto journal = existing();
  if (!journal) return fail(journal.error());
  return *journal == nullptr ? Value{} : from(**journal);
}

Result<std::int64_t> RunStore::begin(const run::RunSummary& run, const plan::Plan& plan) {
  return open().and_then([&](Journal* journal) { return journal->begin(run, plan::to_json(plan)); });
}

Result<void> RunStore::append(std::int64_t run, const std::vector<engine::Event>& events) {
  return open().and_then([&](Journal* journal) { return journal->append(run, events); });
}

Result<void> RunStore::end(std::int64_t run, Time at, model::Outcome outcome) {
  return open().and_then([&](Journal* journal) { return journal->end(run, at, outcome); });
}

Result<void> RunStore::reopen(std::int64_t run) {
  return open().and_then([&](Journal* journal) { return journal->reopen(run); });
}

Result<std::vector<run::RunSummary>> RunStore::runs(const std::string& workspace, int limit) const {
  return read<std::vector<run::RunSummary>>(
      [&](const Journal& journal) { return journal.runs(workspace, limit); });
}

Result<std::optional<run::RunSummary>> RunStore::find(std::int64_t run) const {
  return read<std::optional<run::RunSummary>>([&](const Journal& journal) { return journal.find(run); });
}

Result<std::optional<plan::Plan>> RunStore::plan(std::int64_t run) const {
  const auto text =
      read<std::optional<std::string>>([&](const Journal& journal) { return journal.plan(run); });
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  auto plan = plan::plan_from_json(**text);
  if (plan) return std::move(*plan);
  plan.error().what = fmt::format("The plan of run {} cannot be read", run);
  plan.error().cure = "Leave it as it stands and plan anew: envlink apply --anew";
  return fail(plan.error());
}

Result<std::vector<engine::Event>> RunStore::events(std::int64_t run) const {
  return read<std::vector<engine::Event>>([&](const Journal& journal) { return journal.events(run); });
}

Result<std::unique_ptr<run::Lock>> RunStore::take(const std::string& workspace, Time now) {
  // The journal first: where it cannot be opened, nothing is locked.
  if (const auto journal = open(); !journal) return fail(journal.error());
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  auto lock = journal::Lock::take(*directory, workspace, now);
  if (!lock) return fail(lock.error());
  return std::make_unique<FileLock>(std::move(*lock));
}

}  // namespace envlink::cli
