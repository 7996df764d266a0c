#pragma once
// Groups that a user calls by name or id, read with what they hold.

#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "run/context.h"

namespace envlink::run {

struct NamedGroups {
  std::vector<model::Group> groups;  // as they were called, with facts and digests of their values
  model::Workspace actual;           // that they were read with
};

/// Of several of one name, the one that the file means. All are there, and no two are the same.
Result<NamedGroups> read_groups(Context& context, const model::Desired& file,
                                const std::vector<std::string>& called);

/// Both were called, and they are one.
Error same_group(const std::string& a, const std::string& b, const model::Owner& owner);

}  // namespace envlink::run
