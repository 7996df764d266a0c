#include "emulator/workspace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>

#include "base/text.h"
#include "emulator/faults.h"
#include "emulator/seed_details.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::emulator {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 1> group_ids = {"evg-"};
constexpr std::array<std::string_view, 1> environment_ids = {"evm-"};
constexpr std::array<std::string_view, 1> project_ids = {"prj-"};
constexpr std::array<std::string_view, 2> service_ids = {"srv-", "crn-"};

std::optional<std::string> read_text(const yaml::Node& node, std::string_view key, std::string_view wanted,
                                     yaml::Diagnostics& diagnostics) {
  auto word = yaml::read_word(node, key, wanted, diagnostics);
  return word ? std::optional(std::move(word->text)) : std::nullopt;
}

std::optional<std::string> read_id(const yaml::Node& node, std::string_view key,
                                   std::span<const std::string_view> prefixes,
                                   yaml::Diagnostics& diagnostics) {
  auto word = yaml::read_id(node, key, prefixes, diagnostics);
  return word ? std::optional(std::move(word->text)) : std::nullopt;
}

std::optional<Duration> read_span(const yaml::Node& node, std::string_view key,
                                  yaml::Diagnostics& diagnostics) {
  return yaml::read_duration(node, key, 0s, 24h, diagnostics);
}

/// Values are text to Render, so a number or true is read as written.
Variables read_variables(const yaml::Node* node, std::string_view key, yaml::Diagnostics& diagnostics) {
  Variables variables;
  if (node == nullptr) return variables;
  const yaml::MappingReader section(*node, key, diagnostics);
  if (!section.readable()) return variables;
  for (const yaml::Entry& entry : node->entries) {
    if (entry.value->kind != yaml::Kind::scalar || yaml::is_null(*entry.value)) {
      diagnostics.wrong_kind(*entry.value, entry.key, "text",
                             yaml::is_null(*entry.value) ? "write \"\" for empty text" : "");
    } else if (entry.key.empty()) {
      diagnostics.add(entry, "a variable has no name");
    } else {
      variables.emplace_back(entry.key, entry.value->text);
    }
  }
  return variables;
}

/// `name` is the only required key.
void read_required_name(const yaml::Node& item, yaml::MappingReader& section, std::string_view kind,
                        std::string& into) {
  section.read("name", into, read_text, "a name");
  section.require("name",
                  {item.place, std::string("a ").append(kind).append(" without `name`"), "", item.length});
}

/// Another pattern never matches, so it is refused: it needs a method, a path below /v1, and no query.
bool can_match(std::string_view pattern) {
  if (is_of_webhooks(pattern)) return true;
  const std::string_view path = pattern.substr(std::min(pattern.find(' '), pattern.size()));
  const bool in_api =
      path.empty() || path.starts_with(" /v1") || path.starts_with(" *") || path.starts_with(" /*");
  if (!in_api || path.find('?') != std::string_view::npos) return false;
  constexpr std::array<std::string_view, 7> starts = {"*",      "GET ", "HEAD ",  "POST ",
                                                      "PATCH ", "PUT ", "DELETE "};
  return std::ranges::any_of(starts, [&](std::string_view start) { return pattern.starts_with(start); });
}

void read_match(const yaml::Node* match, Fault& fault, yaml::Diagnostics& diagnostics) {
  if (match == nullptr) return;
  const auto word = read_word(*match, "match", "a method and a path", diagnostics);
  if (!word) return;
  fault.match = word->text;
  if (can_match(fault.match)) return;
  diagnostics.add(*match, "`match` must be a method and a path below /v1 without a query, `webhook …` or `*`",
                  "write for example \"GET /v1/services/*\", \"webhook deploy_ended\" or \"*\"");
}

void read_action(const yaml::Node& node, Fault& fault, yaml::Diagnostics& diagnostics) {
  if (node.kind != yaml::Kind::mapping) {
    if (yaml::is_text(node) && (node.text == "delay" || node.text == "late" || node.text == "status")) {
      diagnostics.add(node, "`do: " + node.text + "` needs a value",
                      node.text == "status" ? "write {status: 503}" : "write {" + node.text + ": 5s}");
      return;
    }
    static constexpr auto bare = std::to_array({FaultKind::lose_answer, FaultKind::cut, FaultKind::garbage,
                                                FaultKind::old_deploy, FaultKind::twice});
    if (const auto kind = yaml::read_one_of<FaultKind>(node, "do", bare, diagnostics)) fault.kind = *kind;
    return;
  }
  yaml::MappingReader section(node, "do", diagnostics);
  int kinds = 0;
  for (const FaultKind kind : {FaultKind::delay, FaultKind::late}) {
    const yaml::Node* span = section.get(word(kind));
    if (span == nullptr) continue;
    ++kinds;
    fault.kind = kind;
    if (const auto read =
            read_duration(*span, word(kind), Duration::zero(), std::chrono::hours(1), diagnostics))
      fault.delay = *read;
  }
  const yaml::Node* status = section.get("status");
  const yaml::Node* retry_after = section.get("retry_after");
  section.finish();
  if (status != nullptr) {
    ++kinds;
    fault.kind = FaultKind::status;
    if (const auto number = read_int(*status, "status", 300, 599, diagnostics)) fault.status = *number;
  }
  if (retry_after != nullptr) {
    fault.retry_after = read_int(*retry_after, "retry_after", 0, 3600, diagnostics);
    if (status == nullptr)
      diagnostics.add(*retry_after, "`retry_after` only works with `status`",
                      "write {status: 429, retry_after: 3}");
  }
  if (kinds != 1) {
    diagnostics.add(node, "`do` takes one of `delay`, `late` and `status`",
                    "write {delay: 5s}, {late: 5s} or {status: 503}");
  }
}

SeedGroup read_seed_group(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  SeedGroup group;
  yaml::MappingReader section(node, "groups", diagnostics);
  read_required_name(node, section, "group", group.name);
  section.read("id", group.id, read_id, group_ids);
  group.variables = read_variables(section.get("variables"), "variables", diagnostics);
  group.secret_files = read_variables(section.get("secret_files"), "secret_files", diagnostics);
  section.read("environment", group.environment, read_id, environment_ids);
  if (const auto* links = section.get("links")) {
    for (auto& word : read_list(*links, "links", "service names or ids", diagnostics)) {
      group.links.push_back(std::move(word.text));
    }
  }
  section.finish();
  return group;
}

SeedService read_seed_service(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  SeedService service;
  yaml::MappingReader section(node, "services", diagnostics);
  read_required_name(node, section, "service", service.name);
  section.read("id", service.id, read_id, service_ids);
  section.read("type", service.type, yaml::read_one_of<model::ServiceType>, model::service_types);
  section.read("auto_deploy", service.auto_deploy, yaml::read_bool);
  section.read("after_checks", service.after_checks, yaml::read_bool);
  section.read("suspended", service.suspended, yaml::read_bool);
  section.read("stale", service.stale, yaml::read_bool);
  section.read("image", service.image, yaml::read_bool);
  section.read("environment", service.environment, read_id, environment_ids);
  section.read("health_check_path", service.health_check_path, read_text, "a path");
  section.read("preview_of", service.preview_of, read_text, "the name or id of a service");
  read_details(node, section, service, diagnostics);
  service.variables = read_variables(section.get("variables"), "variables", diagnostics);
  service.secret_files = read_variables(section.get("secret_files"), "secret_files", diagnostics);
  section.read("build", service.build, read_span);
  section.read("pre_deploy", service.pre_deploy, read_span);
  section.read("start", service.start, read_span);
  section.read("outcome", service.outcome, yaml::read_enum<Outcome>);
  section.read("cause", service.cause, yaml::read_enum<Cause>);
  section.finish();
  return service;
}

SeedProject read_seed_project(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  SeedProject project;
  yaml::MappingReader section(node, "projects", diagnostics);
  read_required_name(node, section, "project", project.name);
  section.read("id", project.id, read_id, project_ids);
  // Environments refer to it only by its id.
  section.require("id", {node.place, "a project without `id`", "", node.length});
  section.finish();
  return project;
}

SeedEnvironment read_seed_environment(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  SeedEnvironment environment;
  yaml::MappingReader section(node, "environments", diagnostics);
  read_required_name(node, section, "environment", environment.name);
  section.read("id", environment.id, read_id, environment_ids);
  // Groups and services refer to it only by its id.
  if (section.readable() && node.find("id") == nullptr) diagnostics.add(node, "an environment without `id`");
  section.read("project", environment.project, read_id, project_ids);
  section.read("protected", environment.is_protected, yaml::read_bool);
  section.finish();
  return environment;
}

Behaviour read_behaviour(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  Behaviour behaviour;
  yaml::MappingReader section(node, "behaviour", diagnostics);
  section.read("overlap", behaviour.overlap, yaml::read_enum<Overlap>);
  section.read("list_shape", behaviour.list_shape, yaml::read_enum<ListShape>);
  section.read("double_link", behaviour.double_link, yaml::read_enum<DoubleLink>);
  section.read("service_patch_links", behaviour.service_patch_links, yaml::read_bool);
  section.read("strict_patch", behaviour.strict_patch, yaml::read_bool);
  section.read("link_deploys", behaviour.link_deploys, yaml::read_bool);
  section.read("link_touches_group", behaviour.link_touches_group, yaml::read_bool);
  section.read("value_deploys", behaviour.value_deploys, yaml::read_bool);
  section.read("same_name", behaviour.same_name, yaml::read_enum<SameName>);
  section.read("empty_value", behaviour.empty_value, yaml::read_enum<EmptyValue>);
  section.read("protected_values", behaviour.protected_values, yaml::read_enum<ProtectedValues>);
  section.read("environment_read", behaviour.environment_read, yaml::read_enum<EnvironmentRead>);
  section.read("audit_log", behaviour.audit_log, yaml::read_bool);
  section.read("read_limit", behaviour.read_limit, yaml::read_int, 1, 1'000'000);
  section.read("write_limit", behaviour.write_limit, yaml::read_int, 1, 1'000'000);
  section.read("deploy_limit", behaviour.deploy_limit, yaml::read_int, 1, 1'000'000);
  section.read("log_limit", behaviour.log_limit, yaml::read_int, 1, 1'000'000);
  section.read("create_limit", behaviour.create_limit, yaml::read_int, 1, 1'000'000);
  section.read("domain_limit", behaviour.domain_limit, yaml::read_int, 1, 1'000'000);
  section.read("latency", behaviour.latency, read_span);
  section.read("list_lag", behaviour.list_lag, read_span);
  section.read("link_lag", behaviour.link_lag, read_span);
  section.read("value_lag", behaviour.value_lag, read_span);
  section.read("link_flaps", behaviour.link_flaps, yaml::read_bool);
  section.read("list_repeats", behaviour.list_repeats, yaml::read_bool);
  section.finish();
  return behaviour;
}

Fault read_fault(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  Fault fault;
  yaml::MappingReader section(node, "faults", diagnostics);
  read_match(section.get("match"), fault, diagnostics);
  const yaml::Node* nth = section.get("nth");
  const yaml::Node* every = section.get("every");
  if (nth != nullptr) fault.nth = read_int(*nth, "nth", 1, 1'000'000, diagnostics);
  if (every != nullptr) fault.every = read_int(*every, "every", 1, 1'000'000, diagnostics);
  if (nth != nullptr && every != nullptr)
    diagnostics.add(*every, "`nth` and `every` cannot be combined", "keep one");
  if (const auto* action = section.get("do")) {
    read_action(*action, fault, diagnostics);
    const bool of_webhooks = is_of_webhooks(fault.match);
    if (!is_possible(fault.kind, of_webhooks)) {
      diagnostics.add(
          *action,
          fmt::format("`{}` does not work for {}", word(fault.kind), of_webhooks ? "webhooks" : "requests"),
          of_webhooks ? "use `cut`, `lose_answer`, `twice` or {late: 5s}"
                      : "write for example match: \"webhook deploy_ended\"");
    }
  }
  section.finish();
  if (!section.readable()) return fault;
  for (const std::string_view key : {"match", "do"}) {
    if (node.find(key) == nullptr)
      diagnostics.add(node, std::string("a fault without `").append(key).append("`"));
  }
  return fault;
}

void read_owner(const yaml::Node& node, Workspace& workspace, yaml::Diagnostics& diagnostics) {
  static constexpr std::array<std::string_view, 2> owner_ids = {"tea-", "usr-"};
  yaml::MappingReader section(node, "owner", diagnostics);
  section.read("id", workspace.owner_id, read_id, owner_ids);
  section.read("name", workspace.owner_name, read_text, "the name of the workspace");
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

/// The place of a value in a list of mappings, for problems found after reading all of them.
const yaml::Node& at(const yaml::Node& list, std::size_t index, std::string_view key) {
  const yaml::Node* value = list.items[index]->find(key);
  return value == nullptr ? *list.items[index] : *value;
}

/// How many items have a name or an id.
using Bearers = std::map<std::string, int>;

/// Ids must be unique, and names must be unique within an environment.
template <class T>
Bearers names_of(const yaml::Node* list, const std::vector<T>& items, std::string_view kind,
                 yaml::Diagnostics& diagnostics) {
  Bearers bearers;
  std::set<std::string> ids;
  std::set<std::string> names;
  std::set<std::pair<std::string, std::string>> named;  // environment and name
  for (std::size_t index = 0; index < items.size(); ++index) {
    const T& item = items[index];
    const auto refuse = [&](std::string_view key, const std::string& text) {
      diagnostics.add(at(*list, index, key),
                      fmt::format("{} is already used for another {}", yaml::quoted(text), kind));
    };
    if (!item.name.empty()) {
      ++bearers[item.name];
      const bool fresh = named.emplace(item.environment, item.name).second;
      if (!fresh || ids.contains(item.name)) refuse("name", item.name);
      names.insert(item.name);
    }
    if (item.id.empty()) continue;
    ++bearers[item.id];
    if (!ids.insert(item.id).second || names.contains(item.id)) refuse("id", item.id);
  }
  return bearers;
}

void refuse_unknown(const yaml::Node& node, const std::string& name, std::string_view key,
                    const Bearers& known, yaml::Diagnostics& diagnostics) {
  const auto found = known.find(name);
  if (name.empty() || (found != known.end() && found->second == 1)) return;
  if (found != known.end()) {
    diagnostics.add(node,
                    fmt::format("{} names {}, but {} services have that name", yaml::quoted(key),
                                yaml::quoted(name), found->second),
                    "give each an `id`, and use that");
    return;
  }
  std::vector<std::string> candidates;
  for (const auto& [candidate, count] : known) candidates.push_back(candidate);
  diagnostics.add(
      node,
      fmt::format("{} names {}, which is not a service of this file", yaml::quoted(key), yaml::quoted(name)),
      yaml::did_you_mean(name, candidates, diagnostics));
}

/// Names may be the same: of two projects, or of environments of two projects.
template <class T>
void refuse_same_ids(const yaml::Node* list, const std::vector<T>& items, std::string_view kind,
                     yaml::Diagnostics& diagnostics) {
  std::set<std::string> ids;
  for (std::size_t index = 0; index < items.size(); ++index) {
    const std::string& id = items[index].id;
    if (id.empty() || ids.insert(id).second) continue;
    diagnostics.add(at(*list, index, "id"),
                    fmt::format("{} is already used for another {}", yaml::quoted(id), kind));
  }
}

void check_references(const yaml::Node& root, const Workspace& workspace, yaml::Diagnostics& diagnostics) {
  const yaml::Node* group_list = root.find("groups");
  const yaml::Node* service_list = root.find("services");
  names_of(group_list, workspace.groups, "group", diagnostics);
  refuse_same_ids(root.find("projects"), workspace.projects, "project", diagnostics);
  refuse_same_ids(root.find("environments"), workspace.environments, "environment", diagnostics);
  const Bearers services = names_of(service_list, workspace.services, "service", diagnostics);
  for (std::size_t index = 0; index < workspace.groups.size(); ++index) {
    const yaml::Node& links = at(*group_list, index, "links");
    for (const yaml::NodePtr& link : links.items) {
      if (yaml::is_text(*link)) refuse_unknown(*link, link->text, "links", services, diagnostics);
    }
  }
  for (std::size_t index = 0; index < workspace.services.size(); ++index) {
    const yaml::Node& place = at(*service_list, index, "preview_of");
    const std::string& parent = workspace.services[index].preview_of;
    refuse_unknown(place, parent, "preview_of", services, diagnostics);
    const auto is_preview = [&](const SeedService& other) {
      return !other.preview_of.empty() && (other.name == parent || other.id == parent);
    };
    if (!parent.empty() && std::ranges::any_of(workspace.services, is_preview))
      diagnostics.add(place, fmt::format("{} names a preview", yaml::quoted("preview_of")),
                      "name the service that it is a preview of");
  }
}

void read_top(const yaml::Node& root, Workspace& workspace, yaml::Diagnostics& diagnostics) {
  auto top = yaml::read_root(root, "", diagnostics);
  if (!top) return;
  top->read("api_key", workspace.api_key, read_text, "the key that the emulator accepts");
  if (const auto* owner = top->get("owner")) read_owner(*owner, workspace, diagnostics);
  read_items(top->get("groups"), "groups", read_seed_group, workspace.groups, diagnostics);
  read_items(top->get("services"), "services", read_seed_service, workspace.services, diagnostics);
  read_items(top->get("projects"), "projects", read_seed_project, workspace.projects, diagnostics);
  read_items(top->get("environments"), "environments", read_seed_environment, workspace.environments,
             diagnostics);
  if (const auto* node = top->get("behaviour")) workspace.behaviour = read_behaviour(*node, diagnostics);
  read_items(top->get("faults"), "faults", read_fault, workspace.faults, diagnostics);
  top->finish();
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
