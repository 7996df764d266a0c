#pragma once
// Groups that a user calls by name or id, read with their values.

#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "run/context.h"

namespace envlink::run {

struct NamedGroups {
  std::vector<model::Group> groups;  // in the order of the names, with facts and digests of values
  model::Workspace actual;           // the reading that has them
};

/// If several groups share a name, reads the one that the file means. Fails if one is missing or two are the
/// same.
Result<NamedGroups> read_groups(Context& context, const model::Desired& file,
                                const std::vector<std::string>& called);

/// The error for two names of the same group.
Error same_group(const std::string& a, const std::string& b, const model::Owner& owner);

}  // namespace envlink::run
