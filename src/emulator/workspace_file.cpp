#include "emulator/workspace_file.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <set>

#include "base/text.h"
#include "emulator/workspace_entries.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::emulator {
namespace {

void read_owner(const yaml::Node& node, Workspace& workspace, yaml::Diagnostics& diagnostics) {
  static constexpr std::array<std::string_view, 2> owner_ids = {"tea-", "usr-"};
  yaml::MappingReader section(node, "owner", diagnostics);
  if (const auto* id = section.get("id")) {
    if (auto word = read_id(*id, "id", owner_ids, diagnostics)) workspace.owner_id = word->text;
  }
  if (const auto* name = section.get("name")) {
    if (auto word = read_word(*name, "name", "the name of the workspace", diagnostics))
      workspace.owner_name = word->text;
  }
  section.finish();
}

template <class T>
void read_items(const yaml::Node* node, std::string_view key,
                T (*read)(const yaml::Node&, yaml::Diagnostics&), std::vector<T>& into,
                yaml::Diagnostics& diagnostics) {
  if (node == nullptr || yaml::is_null(*node)) return;
  if (node->kind != yaml::Kind::sequence) {
    diagnostics.wrong_kind(*node, key, "a list",
                           node->kind == yaml::Kind::mapping ? "write `- name: …` for each" : "");
    return;
  }
  for (const yaml::NodePtr& item : node->items) into.push_back(read(*item, diagnostics));
}

/// Where a value stands in a list of mappings, for problems that come up once all are read.
const yaml::Node& at(const yaml::Node& list, std::size_t index, std::string_view key) {
  const yaml::Node* value = list.items[index]->find(key);
  return value == nullptr ? *list.items[index] : *value;
}

/// Names and ids; each may be taken once.
template <class T>
std::set<std::string> names_of(const yaml::Node* list, const std::vector<T>& items, std::string_view kind,
                               yaml::Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (std::size_t index = 0; index < items.size(); ++index) {
    for (const auto& [key, text] : {std::pair("name", items[index].name), std::pair("id", items[index].id)}) {
      if (text.empty() || names.insert(text).second) continue;
      diagnostics.add(at(*list, index, key),
                      fmt::format("{} stands for another {} already", yaml::quoted(text), kind));
    }
  }
  return names;
}

void refuse_unknown(const yaml::Node& node, const std::string& name, std::string_view key,
                    const std::set<std::string>& known, yaml::Diagnostics& diagnostics) {
  if (name.empty() || known.contains(name)) return;
  const std::vector<std::string> candidates(known.begin(), known.end());
  diagnostics.add(
      node,
      fmt::format("{} names {}, which is no service of this file", yaml::quoted(key), yaml::quoted(name)),
      yaml::did_you_mean(name, candidates, diagnostics));
}

/// Two projects may each have an environment of the same name.
void refuse_same_ids(const yaml::Node* list, const std::vector<SeedEnvironment>& environments,
                     yaml::Diagnostics& diagnostics) {
  std::set<std::string> ids;
  for (std::size_t index = 0; index < environments.size(); ++index) {
    const std::string& id = environments[index].id;
    if (id.empty() || ids.insert(id).second) continue;
    diagnostics.add(at(*list, index, "id"),
                    fmt::format("{} stands for another environment already", yaml::quoted(id)));
  }
}

void check_references(const yaml::Node& root, const Workspace& workspace, yaml::Diagnostics& diagnostics) {
  const yaml::Node* group_list = root.find("groups");
  const yaml::Node* service_list = root.find("services");
  names_of(group_list, workspace.groups, "group", diagnostics);
  refuse_same_ids(root.find("environments"), workspace.environments, diagnostics);
  const std::set<std::string> services = names_of(service_list, workspace.services, "service", diagnostics);
  for (std::size_t index = 0; index < workspace.groups.size(); ++index) {
    const yaml::Node& links = at(*group_list, index, "links");
    for (const yaml::NodePtr& link : links.items) {
      if (yaml::is_text(*link)) refuse_unknown(*link, link->text, "links", services, diagnostics);
    }
  }
  for (std::size_t index = 0; index < workspace.services.size(); ++index) {
    refuse_unknown(at(*service_list, index, "preview_of"), workspace.services[index].preview_of, "preview_of",
                   services, diagnostics);
  }
}

void read_top(const yaml::Node& root, Workspace& workspace, yaml::Diagnostics& diagnostics) {
  if (yaml::is_null(root)) {
    diagnostics.add({1, 1}, 1, "the file is empty", "begin it with `version: 1`");
    return;
  }
  if (root.kind != yaml::Kind::mapping) {
    if (!root.broken)
      diagnostics.add(root, fmt::format("the file must be a mapping, found {}", yaml::kind_words(root)));
    return;
  }
  yaml::MappingReader top(root, "the file", diagnostics);
  top.get("version");
  read_version(root, diagnostics);
  if (const auto* key = top.get("api_key")) {
    if (auto word = read_word(*key, "api_key", "the key that the emulator accepts", diagnostics)) {
      workspace.api_key = word->text;
    }
  }
  if (const auto* owner = top.get("owner")) read_owner(*owner, workspace, diagnostics);
  read_items(top.get("groups"), "groups", read_seed_group, workspace.groups, diagnostics);
  read_items(top.get("services"), "services", read_seed_service, workspace.services, diagnostics);
  read_items(top.get("environments"), "environments", read_seed_environment, workspace.environments,
             diagnostics);
  if (const auto* node = top.get("behaviour")) workspace.behaviour = read_behaviour(*node, diagnostics);
  read_items(top.get("faults"), "faults", read_fault, workspace.faults, diagnostics);
  top.finish();
  check_references(root, workspace, diagnostics);
}

}  // namespace

tl::expected<Workspace, std::vector<yaml::Problem>> parse_workspace(std::string_view text) {
  yaml::Document document = yaml::parse(text, yaml::max_file_size);
  yaml::Diagnostics diagnostics(std::move(document.problems));
  Workspace workspace;
  if (document.root) read_top(*document.root, workspace, diagnostics);
  if (!diagnostics.empty()) return tl::make_unexpected(diagnostics.take());
  return workspace;
}

}  // namespace envlink::emulator
