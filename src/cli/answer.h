#pragma once
// What a command that carries a plan out says on stdout: the proof for people; one document (-o json) or a
// line an event (-o jsonl) for programs. Trouble goes to stderr as ever, and into the answer as well.

#include <memory>
#include <string_view>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "engine/rollout.h"
#include "view/run_account.h"

namespace envlink::cli {

class Answer {
 public:
  /// With -o jsonl the first line goes out at once.
  Answer(std::string_view command, const CommonOptions& options);

  void print_error(const Error& error);
  /// The same, and how the command ends with it.
  Outcome end_with(const Error& error);

  /// Shows the events of a run to `inner` and, with -o jsonl, to stdout as well. The plan must outlive it.
  std::unique_ptr<engine::Observer> watch(std::int64_t run, const plan::Plan& plan,
                                          std::unique_ptr<engine::Observer> inner) const;
  void ran(std::int64_t run, const engine::Rollout& rollout);
  void verified(const plan::Verification& verification);

  /// The last word.
  Outcome end(Outcome outcome);

 private:
  const CommonOptions& options_;
  view::RunAccount account_;
};

}  // namespace envlink::cli
