#pragma once
// The user interface of a workflow: messages and progress on stderr, the result on stdout.

#include <memory>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "run/context.h"
#include "view/json.h"

namespace envlink::cli {

class RunFrontend final : public run::Frontend {
 public:
  explicit RunFrontend(const CommonOptions& options) : options_(options) {}

  /// From now on, collects the output of `command` for -o json or jsonl, and writes the first line of
  /// jsonl. `finish` completes it.
  void answer_for(std::string_view command);
  Outcome finish(Outcome outcome);
  /// What the runs did so far.
  const view::RunAccount& account() const { return account_; }

  std::unique_ptr<engine::Observer> watch_reading(const engine::WorkspaceReader& reader) override;
  void show_plan(const plan::Plan& plan) override;
  Result<void> confirm(run::Question question) override;
  std::unique_ptr<engine::Observer> watch(std::int64_t run, const engine::Rollout& rollout) override;
  void rolled_out(std::int64_t run, const engine::Rollout& rollout, run::RunEnd end) override;
  void show_verification(const plan::Verification& verification) override;
  void show_reads(const engine::ReadCounts& reads) override;
  void show_unfinished(const run::StoredRun& run, std::string_view next) override;
  void report(const Error& error) override;
  void say(std::string_view text) override;
  void say_waiting(std::string_view text) override;

 private:
  const CommonOptions options_;
  bool answers_ = false;
  view::RunAccount account_;
};

}  // namespace envlink::cli
