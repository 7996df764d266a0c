#pragma once
// What a command that carries a plan out says on stdout: the proof for people; one document (-o json) or a
// line an event (-o jsonl) for programs. Trouble goes to stderr as ever, and into the answer as well.

#include <memory>
#include <string_view>

#include "cli/options.h"
#include "cli/session.h"
#include "engine/rollout.h"
#include "view/run_account.h"

namespace envlink::cli {

class Answer {
 public:
  /// With -o jsonl the first line goes out at once.
  Answer(std::string_view command, const Options& options);

  void complain(const Error& error);
  /// The same, and the exit code that it stands for.
  int report(const Error& error);
  int report(const NoStart& no_start);
  int report(const NoSurvey& no_survey);
  int report(const Trouble& trouble);
  /// As cli::may_write.
  bool may_write(const char* question, int& code);

  /// Shows the events of a run to `inner` and, with -o jsonl, to stdout as well.
  std::unique_ptr<engine::Observer> watch(std::int64_t run, std::unique_ptr<engine::Observer> inner) const;
  void ran(std::int64_t run, const engine::Rollout& rollout);
  void verified(const plan::Verification& verification);

  /// The last word. Answers with the exit code.
  int end(int exit_code);

 private:
  const Options& options_;
  view::RunAccount account_;
};

}  // namespace envlink::cli
