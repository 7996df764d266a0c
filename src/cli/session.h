#pragma once
// What plan, apply and verify have in common: the file, the key, the wire, and a workspace read through it.

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "cli/options.h"
#include "config/credentials.h"
#include "engine/budget.h"
#include "engine/port.h"
#include "engine/survey.h"
#include "http/system_clock.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "yaml/problem.h"

namespace envlink::cli {

/// Why a command cannot begin, fit for stderr.
struct NoStart {
  int exit_code = 0;
  std::string text;
  std::vector<yaml::Problem> problems{};  // of the file, where it is that
  bool no_file = false;
  /// For an answer in JSON: without the name of the program in front.
  std::string message() const;
};

tl::expected<model::Desired, NoStart> load_file(const Options& options);

/// Why the workspace could not be read.
struct NoSurvey {
  Error error;
  bool interrupted = false;
  int exit_code() const;
};

/// Says it, and answers with the exit code.
int report(const NoStart& no_start);
int report(const NoSurvey& no_survey);

/// Why a command goes no further.
using Trouble = std::variant<Error, NoStart, NoSurvey>;
int report(const Trouble& trouble);

class Session {
 public:
  /// Reads the file and finds the key; what is missing is said in one go. Opens no connection.
  static tl::expected<Session, NoStart> open(const Options& options);
  /// For commands that look at one thing of the workspace: the file may be missing, and names the workspace
  /// only.
  static tl::expected<Session, NoStart> open_reading(const Options& options);
  /// For commands that do not go by a file: it is not read, and `desired()` is empty. The key may stand in
  /// the .env beside it.
  static tl::expected<Session, NoStart> open_beside(const std::string& file, const Options& options);

  const model::Desired& desired() const { return desired_; }
  /// As RENDER_WORKSPACE names it; empty: it does not.
  const std::string& workspace() const { return credentials_.workspace; }
  engine::Clock& clock() { return *clock_; }
  /// For one activity. Ctrl-C reaches its user for as long as it lives, and ends the program otherwise.
  std::unique_ptr<engine::Transport> connect();
  /// For a plan: also what its preflight has to know. What the journal remembers is put into `extra`.
  tl::expected<model::Workspace, NoSurvey> survey(plan::PlanOptions& extra);
  tl::expected<model::Workspace, NoSurvey> survey(const model::Desired& desired,
                                                  engine::SurveyWishes wishes = {.closely = false});
  /// What the last survey took.
  const engine::SurveyCounts& reads() const { return reads_; }
  /// What all that was sent so far has told of the rate limits.
  const engine::Budget& budget() const { return budget_; }
  void learn(const engine::Budget& budget) { budget_ = budget; }

 private:
  Session(const Options& options, model::Desired desired, config::Credentials credentials);
  model::Desired desired_;
  config::Credentials credentials_;
  engine::Budget budget_;
  engine::SurveyCounts reads_;
  bool quiet_;
  bool verbose_;
  std::unique_ptr<http::SystemClock> clock_ = std::make_unique<http::SystemClock>();
};

}  // namespace envlink::cli
