#pragma once
// How a command or a run ended: one row per outcome, with its exit code and words. docs/commands.md explains
// the codes.

#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"

namespace envlink::model {

enum class Outcome {
  done,
  nothing_to_do,   // success, and no run was needed
  error,           // network, server, file
  differences,     // the workspace differs from the file
  authentication,  // Render refused the key, or there is none
  refused,         // by the preflight, a policy or Render's state
  deploy_failed,   // the rollout stopped there
  rolled_back,     // a deploy failed, and the run was undone
  timed_out,       // still running at the timeout
  held,            // another run must finish first, or the plan is stale
  usage,           // the command line is wrong
  interrupted,     // Ctrl-C, SIGTERM or SIGHUP; the journal is complete
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
/// The outcome's word in JSON.
std::string_view to_string(Outcome outcome);
std::string_view title(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view word);
/// Unknown codes give `error`.
Outcome outcome_of_exit_code(int code);
Outcome outcome_of(const Error& error);
/// Success, with or without a run.
bool is_success(Outcome outcome);

}  // namespace envlink::model
