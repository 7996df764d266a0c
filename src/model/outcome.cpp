#include "model/outcome.h"

#include <algorithm>
#include <array>

namespace envlink::model {
namespace {

constexpr auto rows = std::to_array<OutcomeRow>({
    {Outcome::done, 0, "done", "done"},
    {Outcome::nothing_to_do, 0, "nothing_to_do", "nothing to do"},
    {Outcome::error, 1, "error", "error"},
    {Outcome::differences, 2, "differences", "differences"},
    {Outcome::authentication, 3, "authentication", "Render refused the key"},
    {Outcome::refused, 4, "refused", "refused"},
    {Outcome::deploy_failed, 5, "deploy_failed", "a deploy failed"},
    {Outcome::rolled_back, 6, "rolled_back", "rolled back"},
    {Outcome::timed_out, 7, "timed_out", "still running at the timeout"},
    {Outcome::held, 8, "held", "another run comes first"},
    {Outcome::usage, 64, "usage", "wrong command line"},
    {Outcome::interrupted, 130, "interrupted", "interrupted"},
});

const OutcomeRow& row_of(Outcome outcome) {
  return *std::ranges::find(rows, outcome, &OutcomeRow::outcome);
}

}  // namespace

std::span<const OutcomeRow> outcomes() {
  return rows;
}

int exit_code(Outcome outcome) {
  return row_of(outcome).exit_code;
}

std::string_view to_string(Outcome outcome) {
  return row_of(outcome).word;
}

std::string_view title(Outcome outcome) {
  return row_of(outcome).title;
}

std::optional<Outcome> outcome_from(std::string_view word) {
  const auto found = std::ranges::find(rows, word, &OutcomeRow::word);
  if (found == rows.end()) return std::nullopt;
  return found->outcome;
}

Outcome outcome_of_exit_code(int code) {
  const auto found = std::ranges::find(rows, code, &OutcomeRow::exit_code);
  return found == rows.end() ? Outcome::error : found->outcome;
}

Outcome outcome_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::general:
      return Outcome::error;
    case ErrorKind::authentication:
      return Outcome::authentication;
    case ErrorKind::refused:
      return Outcome::refused;
    case ErrorKind::usage:
      return Outcome::usage;
    case ErrorKind::held:
      return Outcome::held;
    case ErrorKind::interrupted:
      return Outcome::interrupted;
    case ErrorKind::no_file:
    case ErrorKind::too_new:
    case ErrorKind::unreachable:
      return Outcome::error;
  }
  return Outcome::error;
}

bool is_success(Outcome outcome) {
  return outcome == Outcome::done || outcome == Outcome::nothing_to_do;
}

}  // namespace envlink::model
