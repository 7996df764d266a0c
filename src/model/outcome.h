#pragma once
// How a command or a run ended: one row for each way, with its exit code and its words. docs/commands.md
// explains the codes to a user.

#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"

namespace envlink::model {

enum class Outcome {
  done,
  nothing_to_do,   // done, and no run was needed
  error,           // network, server, file
  differences,     // what was read is not as the file says
  authentication,  // Render refused the key, or there is none
  refused,         // by the preflight, a policy or Render's state
  deploy_failed,   // the rollout stopped there
  rolled_back,     // a deploy failed, and what the run had done was undone
  timed_out,       // still running when the time was up
  held,            // another run comes first, or the plan is stale
  usage,           // the command line is wrong
  interrupted,     // Ctrl-C, SIGTERM or SIGHUP; the journal has all of it
};

struct OutcomeRow {
  Outcome outcome;
  int exit_code;
  std::string_view word;   // in JSON
  std::string_view title;  // for people, in a list of runs or of exit codes
};

/// In the order of the exit codes.
std::span<const OutcomeRow> outcomes();

int exit_code(Outcome outcome);
/// Its word in JSON.
std::string_view to_string(Outcome outcome);
std::string_view title(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view word);
/// Of a code that is not in the table, `error`.
Outcome outcome_of_exit_code(int code);
Outcome outcome_of(const Error& error);
/// Done, with or without a run.
bool is_success(Outcome outcome);

}  // namespace envlink::model
