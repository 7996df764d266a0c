#pragma once
// What groups diff and lint do: they read, compare and tell. Nothing is written.

#include <string>

#include "model/desired.h"
#include "plan/group_diff.h"
#include "plan/lint.h"
#include "run/context.h"

namespace envlink::run {

struct DiffRequest {
  std::string a;  // names or ids
  std::string b;
  std::string other_workspace{};  // where b is, by name or id; empty: where a is
  plan::Expectations expectations{};
};
Result<plan::GroupDiff> diff_groups(Context& context, const model::Desired& file, const DiffRequest& request);

/// Reads every group itself: a request each, after those of the lists. The journal keeps nothing of it.
Result<plan::Lint> lint(Context& context, const model::Desired& file);

}  // namespace envlink::run
