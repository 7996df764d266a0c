#include "cli/run_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "journal/lock.h"
#include "plan/stored.h"

namespace envlink::cli {

namespace {

class FileLock final : public run::Lock {
 public:
  explicit FileLock(journal::Lock lock) : lock_(std::move(lock)) {}
  Result<void> name_run(std::int64_t run) override { return lock_.name_run(run); }

 private:
  journal::Lock lock_;
};

}  // namespace

Result<journal::Journal*> RunStore::open() const {
  if (journal_) return &*journal_;
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  auto journal = journal::Journal::open(*directory);
  if (!journal) return fail(journal.error());
  journal_.emplace(std::move(*journal));
  return &*journal_;
}

Result<journal::Journal*> RunStore::existing() const {
  if (journal_) return &*journal_;
  const auto directory = journal::state_directory();
  if (!directory) return fail(directory.error());
  if (access((*directory + "/journal.db").c_str(), F_OK) != 0 && errno == ENOENT) return nullptr;
  return open();
}

Result<std::int64_t> RunStore::begin(const run::RunSummary& run, const plan::Plan& plan) {
  const auto journal = open();
  if (!journal) return fail(journal.error());
  return (*journal)->begin(run, plan::to_json(plan));
}

Result<void> RunStore::append(std::int64_t run, const std::vector<engine::Event>& events) {
  const auto journal = open();
  return journal ? (*journal)->append(run, events) : fail(journal.error());
}

Result<void> RunStore::end(std::int64_t run, Time at, model::Outcome outcome) {
  const auto journal = open();
  return journal ? (*journal)->end(run, at, outcome) : fail(journal.error());
}

Result<void> RunStore::reopen(std::int64_t run) {
  const auto journal = open();
  return journal ? (*journal)->reopen(run) : fail(journal.error());
}

Result<std::vector<run::RunSummary>> RunStore::runs(const std::string& workspace, int limit) const {
  const auto journal = existing();
  if (!journal) return fail(journal.error());
  if (*journal == nullptr) return std::vector<run::RunSummary>{};
  return (*journal)->runs(workspace, limit);
}

Result<std::optional<run::RunSummary>> RunStore::find(std::int64_t run) const {
  const auto journal = existing();
  if (!journal) return fail(journal.error());
  if (*journal == nullptr) return std::nullopt;
  return (*journal)->find(run);
}

Result<std::optional<plan::Plan>> RunStore::plan(std::int64_t run) const {
  const auto journal = existing();
  if (!journal) return fail(journal.error());
  if (*journal == nullptr) return std::nullopt;
  const auto text = (*journal)->plan(run);
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  auto plan = plan::plan_from_json(**text);
  if (plan) return std::move(*plan);
  plan.error().what = fmt::format("The plan of run {} cannot be read", run);
  plan.error().cure = "Leave it as it stands and plan anew: envlink apply --anew";
  return fail(plan.error());
}

Result<std::vector<engine::Event>> RunStore::events(std::int64_t run) const {
  const auto journal = existing();
  if (!journal) return fail(journal.error());
  if (*journal == nullptr) return std::vector<engine::Event>{};
  return (*journal)->events(run);
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
