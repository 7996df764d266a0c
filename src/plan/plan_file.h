#pragma once
// A plan as a file: the plan, what it rests on, and a hash over both, as one line of JSON. The same plan from
// the same workspace is always the same bytes: no time of making, no id of a request.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_snapshot.h"

namespace envlink::plan {

constexpr std::size_t max_plan_file_size = std::size_t{32} * 1024 * 1024;

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
