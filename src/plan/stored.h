#pragma once
// A plan as text: in the journal, to resume or undo a run, and as a plan file. Contains names, ids and
// words, never the value of a variable. The same plan from the same workspace gives the same bytes: no
// timestamps, no request ids.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_snapshot.h"

namespace envlink::plan {

/// One line of JSON without whitespace and unset fields, `"version":1` first. Durations in microseconds.
std::string to_json(const Plan& plan);

/// Ignores unknown fields: a later envlink may have written them. Fails for a plan that cannot be carried
/// out (an index out of range, services that wait for each other).
Result<Plan> plan_from_json(std::string_view text);

constexpr std::size_t max_plan_file_size = std::size_t{32} * 1024 * 1024;

/// The plan, its snapshot and a checksum over both, as one line of JSON. It contains no values, so a plan
/// that changes values cannot be carried out and is refused when read.
struct PlanFile {
  Plan plan;
  PlanSnapshot basis;
  std::string sha256;  // of the text before `,"sha256":…` and the closing brace
};

struct PlanText {
  std::string text;
  std::string sha256;
};

PlanText plan_file_text(const Plan& plan, const PlanSnapshot& basis);

/// Refuses, with the reason: not a plan, cut off, from a newer version, or changed since it was written.
/// `what` of the error stays empty: only the caller knows the file's name.
Result<PlanFile> read_plan_file(std::string_view text);

}  // namespace envlink::plan
