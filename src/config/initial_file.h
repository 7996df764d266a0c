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

struct InitialGroup {
  model::DesiredGroup wanted;
  std::vector<std::string> remarks;  // a line of comment each
  std::vector<std::string> keys;     // offered as `require`, in comments
};

struct InitialService {
  model::DesiredService wanted;
  std::vector<std::string> remarks;
};

struct InitialFile {
  std::vector<std::string> head;          // lines of comment at the top
  std::optional<SourceString> workspace;  // not known to a Blueprint
  std::string workspace_remark;
  std::string order_remark;  // what is known about the order
  std::vector<InitialGroup> groups;
  std::vector<InitialService> services;
  std::vector<InitialService> unlinked;  // in no group: written as comments
  std::vector<std::string> left_out;     // what the file cannot name, and why
};

/// The groups that the file is for: those that a listed service is linked to. All of them where none is.
std::vector<const model::Group*> groups_in_use(const model::Workspace& actual);

/// What the workspace holds now, sorted by name. Names that the file cannot hold give way to ids. Groups that
/// are not in use are counted and left out. `actual` must hold the groups' keys where their number is to be
/// told.
InitialFile initial_file_of(const model::Workspace& actual);

/// What the Blueprint asks for, in its order. `file` is its name.
InitialFile initial_file_of(const Blueprint& blueprint, const std::string& file);

/// The file. `schema`: where an editor finds the schema of it; empty: not said.
std::string write_envlink_yaml(const InitialFile& draft, std::string_view schema = {});

/// Whether the text may stand in a list of names or keys.
bool may_be_word(const std::string& text);
/// Whether a group or a service may be named so: as before, and a key that begins with `x-` is the user's
/// own.
bool may_be_name(const std::string& text);
bool may_be_group_id(const std::string& text);
bool may_be_service_id(const std::string& text);

}  // namespace envlink::config
