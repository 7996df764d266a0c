#pragma once
// Whether the API key can access the workspace of a run. The newest run of this machine need not be on the
// workspace of this key.

#include <string_view>

#include "base/error.h"
#include "run/context.h"

namespace envlink::run {

/// What a command does with a run: {"undo", "rollback"}.
struct RunCommand {
  std::string_view verb;
  std::string_view name;
};

/// `error`: of reading the run's workspace. If it was refused, the result also names the run and its
/// workspace.
Error not_readable(const StoredRun& run, Error error, const RunCommand& command);

/// Reads the list of workspaces. Fails if the run's workspace is not among them.
Result<void> check_access(Context& context, const StoredRun& run, const RunCommand& command);

}  // namespace envlink::run
