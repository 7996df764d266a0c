#pragma once
// What plan, apply and verify have in common: the file, the key, the wire, and a workspace read through it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "cli/run_frontend.h"
#include "config/credentials.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "run/context.h"
#include "yaml/problem.h"

namespace envlink::cli {

/// The file of -f. Where it was read and is wrong, `problems` (optional) says what with, and the error shows
/// it.
Result<model::Desired> load_file(const std::string& file, std::vector<yaml::Problem>* problems = nullptr);

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
  Session(Session&&) noexcept;
  ~Session();

  const model::Desired& desired() const;
  /// What the workflows of src/run need.
  run::Context& context();
  RunFrontend& frontend();
  Result<model::Workspace> read(const model::Desired& wanted,
                                engine::ReadOptions options = {.include_preflight_data = false});

 private:
  struct State;
  Session(const CommonOptions& options, model::Desired desired, config::Credentials credentials);
  std::unique_ptr<State> state_;
};

/// How apply, resume and rollback answer: does the work in the session, or says why there is none, and tells
/// what the runs did with -o json or jsonl, of which the first line goes out at once.
Outcome answer(std::string_view command, const CommonOptions& options, Result<Session> session,
               const std::function<Outcome(run::Context&)>& work);

}  // namespace envlink::cli
