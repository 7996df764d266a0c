#pragma once
// What commands that use Render share: the file, the key, the connection, and a workspace read through it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "cli/opened_store.h"
#include "cli/run_frontend.h"
#include "config/credentials.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "run/context.h"
#include "yaml/problem.h"

namespace envlink::cli {

/// Reads the file of -f. If it is invalid, `problems` (optional) gets the reasons, and the error shows it.
Result<model::Desired> load_file(const std::string& file, std::vector<yaml::Problem>* problems = nullptr);

class Session {
 public:
  /// Reads the file and finds the key; reports everything that is missing at once. Then opens the store, but
  /// no connection to Render.
  static Result<Session> open(const CommonOptions& options);
  /// For commands about one part of the workspace: the file is optional and only names the workspace.
  static Result<Session> open_reading(const CommonOptions& options);
  /// For commands that do not use the file: `desired()` is empty. Only a .env next to it is used for the key,
  /// and its `store`, or that of -f if it is not on this machine.
  static Result<Session> open_beside(const std::string& file, const CommonOptions& options);
  /// The same for a run of this store: beside the run's file if it is on this machine, else beside -f.
  static Result<Session> open_for_run(const std::string& file, const CommonOptions& options,
                                      OpenedStore store);
  Session(Session&&) noexcept;
  ~Session();

  const model::Desired& desired() const;
  run::Context& context();
  RunFrontend& frontend();
  Result<model::Workspace> read(const model::Desired& wanted,
                                engine::ReadOptions options = {.include_preflight_data = false});

 private:
  struct State;
  Session(const CommonOptions& options, model::Desired desired, config::Credentials credentials,
          OpenedStore store);
  std::unique_ptr<State> state_;
};

/// Runs apply, resume or rollback: does the work in the session, or reports why there is none. Writes the
/// result of the runs with -o json or jsonl; the first line of jsonl is written at once.
Outcome answer(std::string_view command, const CommonOptions& options, Result<Session> session,
               const std::function<Outcome(run::Context&)>& work);

}  // namespace envlink::cli
