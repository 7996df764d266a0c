#pragma once
// A first envlink.yaml as a value: what it asks for, and what its comments say.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/blueprint.h"
#include "model/desired.h"
#include "model/workspace.h"

namespace envlink::config {

struct DraftGroup {
  model::DesiredGroup wanted;
  std::vector<std::string> remarks;  // a line of comment each
  std::vector<std::string> keys;     // offered as `require`, in comments
};

struct DraftService {
  model::DesiredService wanted;
  std::vector<std::string> remarks;
};

struct Draft {
  std::vector<std::string> head;                 // lines of comment at the top
  std::optional<model::SourceString> workspace;  // not known to a Blueprint
  std::string workspace_remark;
  std::string order_remark;  // what is known about the order
  std::vector<DraftGroup> groups;
  std::vector<DraftService> services;
  std::vector<DraftService> unlinked;  // in no group: written as comments
  std::vector<std::string> left_out;   // what the file cannot name, and why
};

/// What the workspace holds now, sorted by name. Names that the file cannot hold give way to ids. `actual`
/// must hold the groups' keys where their number is to be told.
Draft draft_of(const model::Workspace& actual);

/// What the Blueprint asks for, in its order. `file` is its name.
Draft draft_of(const Blueprint& blueprint, const std::string& file);

/// What the file asks for.
model::Desired desired_of(const Draft& draft);

/// The file. `schema`: where an editor finds the schema of it; empty: not said.
std::string emit(const Draft& draft, std::string_view schema = {});

}  // namespace envlink::config
