#pragma once
// What plan, apply and verify have in common: the file, the key, the wire, and a workspace read through it.

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "config/credentials.h"
#include "config/problem.h"
#include "engine/budget.h"
#include "engine/port.h"
#include "engine/survey.h"
#include "http/system_clock.h"
#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::cli {

/// The file of -f. Where it was read and is wrong, `problems` (optional) says what with, and the error shows
/// it.
Result<model::Desired> load_file(const std::string& file, std::vector<config::Problem>* problems = nullptr);

class Session {
 public:
  /// Reads the file and finds the key; what is missing is said in one go. Opens no connection.
  static Result<Session> open(const CommonOptions& options);
  /// For commands that look at one thing of the workspace: the file may be missing, and names the workspace
  /// only.
  static Result<Session> open_reading(const CommonOptions& options);
  /// For commands that do not go by a file: it is not read, and `desired()` is empty. The key may stand in
  /// the .env beside it.
  static Result<Session> open_beside(const std::string& file, const CommonOptions& options);
  /// For init, which writes the file: without a key, what is missing is both.
  static Result<Session> open_first(const CommonOptions& options);

  const model::Desired& desired() const { return desired_; }
  /// As RENDER_WORKSPACE names it; empty: it does not.
  const std::string& workspace() const { return credentials_.workspace; }
  engine::Clock& clock() { return *clock_; }
  /// For one activity. Ctrl-C reaches its user for as long as it lives, and ends the program otherwise.
  std::unique_ptr<engine::Transport> connect();
  /// For a plan: also what its preflight has to know. What the journal remembers is put into `extra`.
  Result<model::Workspace> survey(plan::Extra& extra);
  Result<model::Workspace> survey(const model::Desired& desired,
                                  engine::SurveyWishes wishes = {.closely = false});
  /// What the last survey took.
  const engine::SurveyCounts& reads() const { return reads_; }
  /// What all that was sent so far has told of the rate limits.
  const engine::Budget& budget() const { return budget_; }
  void learn(const engine::Budget& budget) { budget_ = budget; }

 private:
  Session(const CommonOptions& options, model::Desired desired, config::Credentials credentials);
  model::Desired desired_;
  config::Credentials credentials_;
  engine::Budget budget_;
  engine::SurveyCounts reads_;
  bool quiet_;
  bool verbose_;
  std::unique_ptr<http::SystemClock> clock_ = std::make_unique<http::SystemClock>();
};

}  // namespace envlink::cli
