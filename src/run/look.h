#pragma once
// What groups diff and lint do: read, compare and report. Nothing is written.

#include <string>

#include "model/desired.h"
#include "plan/group_diff.h"
#include "plan/lint.h"
#include "run/context.h"

namespace envlink::run {

struct DiffRequest {
  std::string a;  // names or ids
  std::string b;
  std::string other_workspace{};  // the workspace of b, by name or id; empty: that of a
  plan::Expectations expectations{};
};
Result<plan::GroupDiff> diff_groups(Context& context, const model::Desired& file, const DiffRequest& request);

/// Reads every group with a request of its own, after the lists. The journal keeps nothing of it.
Result<plan::Lint> lint(Context& context, const model::Desired& file);

}  // namespace envlink::run
