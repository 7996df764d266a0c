#pragma once
// A plan as text: what the journal keeps of a run, so that it can be resumed or undone, and a plan as a file.
// Names, ids and words, never a variable's value. The same plan from the same workspace is always the same
// bytes: no time of making, no id of a request.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_snapshot.h"

namespace envlink::plan {

/// One line of JSON without whitespace, `"version":1` first. Spans are microseconds; what is unset is left
/// out.
std::string to_json(const Plan& plan);

/// Fields that are not known are passed over: a later envlink may have written them. A plan that no rollout
/// could carry out (an index that leads nowhere, services that wait for each other) is an error.
Result<Plan> plan_from_json(std::string_view text);

constexpr std::size_t max_plan_file_size = std::size_t{32} * 1024 * 1024;

/// The plan, what it rests on, and a checksum over both, as one line of JSON. Of values it holds which keys
/// change and nothing else; such a plan is refused when it is read, since it could not be carried out.
struct PlanFile {
  Plan plan;
  PlanSnapshot basis;
  std::string sha256;  // of the text before `,"sha256":…` and the closing brace
};

struct PlanText {
  std::string text;  // what the file holds
  std::string sha256;
};

PlanText plan_file_text(const Plan& plan, const PlanSnapshot& basis);

/// Refused with the reason: what is no plan, cut off, of a newer version, or changed since it was written.
/// Of the errors `what` is left empty: only the caller knows which file it was.
Result<PlanFile> read_plan_file(std::string_view text);

}  // namespace envlink::plan
