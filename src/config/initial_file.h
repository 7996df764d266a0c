#pragma once
// A first envlink.yaml as a value: its content and its comments.

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
  std::vector<std::string> remarks;  // one line of comment each
  std::vector<std::string> keys;     // suggested as `require`, in comments
};

struct InitialService {
  model::DesiredService wanted;
  std::vector<std::string> remarks;
};

struct InitialFile {
  std::vector<std::string> head;          // comment lines at the top
  std::optional<SourceString> workspace;  // unset for a Blueprint
  std::string workspace_remark;
  std::string order_remark;  // what is known about the order
  std::vector<InitialGroup> groups;
  std::vector<InitialService> services;
  std::vector<InitialService> unlinked;  // in no group: written as comments
  std::vector<std::string> left_out;     // what the file cannot contain, and why
};

/// The groups in use: those that a listed service is linked to. All of them if no service is linked.
std::vector<const model::Group*> groups_in_use(const model::Workspace& actual);

/// The current content of the workspace, sorted by name. Names that the file cannot contain are replaced by
/// ids. Groups that are not in use are counted and left out. Numbers of variables need the groups' keys in
/// `actual`.
InitialFile initial_file_of(const model::Workspace& actual);

/// The content of the Blueprint, in its order. `file` is its name.
InitialFile initial_file_of(const Blueprint& blueprint, const std::string& file);

/// The text of the file. `schema`: where editors find its schema, relative to the file; empty: left out.
std::string write_envlink_yaml(const InitialFile& draft, std::string_view schema = {});

/// Whether the text is allowed in a list of names or keys.
bool may_be_word(const std::string& text);
/// Whether a group or a service may have this name. Unlike above, `x-…` is not allowed: it marks user keys.
bool may_be_name(const std::string& text);
bool may_be_group_id(const std::string& text);
bool may_be_service_id(const std::string& text);

}  // namespace envlink::config
