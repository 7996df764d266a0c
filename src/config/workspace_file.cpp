#include "config/workspace_file.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <set>

#include "base/text.h"
#include "config/file.h"
#include "config/report.h"
#include "config/workspace_sections.h"
#include "config/yaml.h"

namespace envlink::config {
namespace {

void read_owner(const yaml::Node& node, emulator::Workspace& workspace, Report& report) {
  static constexpr std::array<std::string_view, 2> owner_ids = {"tea-", "usr-"};
  Section section(node, "owner", report);
  if (const auto* id = section.get("id")) {
    if (auto word = read_id(*id, "id", owner_ids, report)) workspace.owner_id = word->text;
  }
  if (const auto* name = section.get("name")) {
    if (auto word = read_word(*name, "name", "the name of the workspace", report))
      workspace.owner_name = word->text;
  }
  section.finish();
}

template <class T>
void read_items(const yaml::Node* node, std::string_view key, T (*read)(const yaml::Node&, Report&),
                std::vector<T>& into, Report& report) {
  if (node == nullptr || yaml::is_null(*node)) return;
  if (node->kind != yaml::Kind::sequence) {
    report.wrong_kind(*node, key, "a list",
                      node->kind == yaml::Kind::mapping ? "write `- name: …` for each" : "");
    return;
  }
  for (const yaml::NodePtr& item : node->items) into.push_back(read(*item, report));
}

/// Where a value stands in a list of mappings, for problems that come up once all are read.
const yaml::Node& at(const yaml::Node& list, std::size_t index, std::string_view key) {
  const yaml::Node* value = list.items[index]->find(key);
  return value == nullptr ? *list.items[index] : *value;
}

/// Names and ids; each may be taken once.
template <class T>
std::set<std::string> names_of(const yaml::Node* list, const std::vector<T>& items, std::string_view kind,
                               Report& report) {
  std::set<std::string> names;
  for (std::size_t index = 0; index < items.size(); ++index) {
    for (const auto& [key, text] : {std::pair("name", items[index].name), std::pair("id", items[index].id)}) {
      if (text.empty() || names.insert(text).second) continue;
      report.add(at(*list, index, key), fmt::format("{} stands for another {} already", quoted(text), kind));
    }
  }
  return names;
}

void refuse_unknown(const yaml::Node& node, const std::string& name, std::string_view key,
                    const std::set<std::string>& known, Report& report) {
  if (name.empty() || known.contains(name)) return;
  const std::vector<std::string> candidates(known.begin(), known.end());
  report.add(node, fmt::format("{} names {}, which is no service of this file", quoted(key), quoted(name)),
             did_you_mean(name, candidates, report));
}

/// Two projects may each have an environment of the same name.
void refuse_same_ids(const yaml::Node* list, const std::vector<emulator::SeedEnvironment>& environments,
                     Report& report) {
  std::set<std::string> ids;
  for (std::size_t index = 0; index < environments.size(); ++index) {
    const std::string& id = environments[index].id;
    if (id.empty() || ids.insert(id).second) continue;
    report.add(at(*list, index, "id"), fmt::format("{} stands for another environment already", quoted(id)));
  }
}

void check_references(const yaml::Node& root, const emulator::Workspace& workspace, Report& report) {
  const yaml::Node* group_list = root.find("groups");
  const yaml::Node* service_list = root.find("services");
  names_of(group_list, workspace.groups, "group", report);
  refuse_same_ids(root.find("environments"), workspace.environments, report);
  const std::set<std::string> services = names_of(service_list, workspace.services, "service", report);
  for (std::size_t index = 0; index < workspace.groups.size(); ++index) {
    const yaml::Node& links = at(*group_list, index, "links");
    for (const yaml::NodePtr& link : links.items) {
      if (yaml::is_text(*link)) refuse_unknown(*link, link->text, "links", services, report);
    }
  }
  for (std::size_t index = 0; index < workspace.services.size(); ++index) {
    refuse_unknown(at(*service_list, index, "preview_of"), workspace.services[index].preview_of, "preview_of",
                   services, report);
  }
}

void read_top(const yaml::Node& root, emulator::Workspace& workspace, Report& report) {
  if (yaml::is_null(root)) {
    report.add({1, 1}, 1, "the file is empty", "begin it with `version: 1`");
    return;
  }
  if (root.kind != yaml::Kind::mapping) {
    if (!root.broken)
      report.add(root, fmt::format("the file must be a mapping, found {}", yaml::kind_words(root)));
    return;
  }
  Section top(root, "the file", report);
  top.get("version");
  read_version(root, report);
  if (const auto* key = top.get("api_key")) {
    if (auto word = read_word(*key, "api_key", "the key that the emulator accepts", report)) {
      workspace.api_key = word->text;
    }
  }
  if (const auto* owner = top.get("owner")) read_owner(*owner, workspace, report);
  read_items(top.get("groups"), "groups", read_seed_group, workspace.groups, report);
  read_items(top.get("services"), "services", read_seed_service, workspace.services, report);
  read_items(top.get("environments"), "environments", read_seed_environment, workspace.environments, report);
  if (const auto* node = top.get("behaviour")) workspace.behaviour = read_behaviour(*node, report);
  read_items(top.get("faults"), "faults", read_fault, workspace.faults, report);
  top.finish();
  check_references(root, workspace, report);
}

}  // namespace

tl::expected<emulator::Workspace, std::vector<Problem>> parse_workspace(std::string_view text) {
  yaml::Document document = yaml::parse(text, max_file_size);
  Report report(std::move(document.problems));
  emulator::Workspace workspace;
  if (document.root) read_top(*document.root, workspace, report);
  if (!report.empty()) return tl::make_unexpected(report.take());
  return workspace;
}

}  // namespace envlink::config
