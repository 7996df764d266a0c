#include "emulator/workspace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "base/text.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::emulator {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 1> group_ids = {"evg-"};
constexpr std::array<std::string_view, 1> environment_ids = {"evm-"};
constexpr std::array<std::string_view, 1> project_ids = {"prj-"};
constexpr std::array<std::string_view, 2> service_ids = {"srv-", "crn-"};

void read_text(const yaml::Node* node, std::string_view key, std::string_view wanted, std::string& into,
               yaml::Diagnostics& diagnostics) {
  if (node == nullptr) return;
  if (auto word = read_word(*node, key, wanted, diagnostics)) into = std::move(word->text);
}

void read_id_into(const yaml::Node* node, std::string_view key, std::span<const std::string_view> prefixes,
                  std::string& into, yaml::Diagnostics& diagnostics) {
  if (node == nullptr) return;
  if (auto word = read_id(*node, key, prefixes, diagnostics)) into = std::move(word->text);
}

void read_flag(const yaml::Node* node, std::string_view key, bool& into, yaml::Diagnostics& diagnostics) {
  if (node == nullptr) return;
  if (const auto value = read_bool(*node, key, diagnostics)) into = *value;
}

void read_span(const yaml::Node* node, std::string_view key, Duration& into, yaml::Diagnostics& diagnostics) {
  if (node == nullptr) return;
  if (const auto value = read_duration(*node, key, 0s, 24h, diagnostics)) into = *value;
}

/// Values are text to Render, so a number or true is taken as it is written.
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

/// `name` is the one thing that cannot be left out.
void read_required_name(const yaml::Node& item, yaml::MappingReader& section, std::string_view kind,
                        std::string& into, yaml::Diagnostics& diagnostics) {
  const yaml::Node* name = section.get("name");
  read_text(name, "name", "a name", into, diagnostics);
  if (section.readable() && item.find("name") == nullptr) {
    diagnostics.add(item, std::string("a ").append(kind).append(" without `name`"));
  }
}

/// A pattern without a method matches nothing, which is better said than found out.
bool begins_with_a_method(std::string_view pattern) {
  constexpr std::array<std::string_view, 6> starts = {"*", "GET ", "POST ", "PATCH ", "PUT ", "DELETE "};
  return std::ranges::any_of(starts, [&](std::string_view start) { return pattern.starts_with(start); });
}

void read_match(const yaml::Node* match, Fault& fault, yaml::Diagnostics& diagnostics) {
  if (match == nullptr) return;
  const auto word = read_word(*match, "match", "a method and a path", diagnostics);
  if (!word) return;
  fault.match = word->text;
  if (begins_with_a_method(fault.match)) return;
  diagnostics.add(*match, "`match` must begin with a method or `*`",
                  "write for example \"GET /v1/services/*\" or \"*\"");
}

void read_action(const yaml::Node& node, Fault& fault, yaml::Diagnostics& diagnostics) {
  if (node.kind != yaml::Kind::mapping) {
    if (yaml::is_text(node) && (node.text == "delay" || node.text == "status")) {
      diagnostics.add(node, "`do: " + node.text + "` lacks its value",
                      node.text == "delay" ? "write {delay: 5s}" : "write {status: 503}");
      return;
    }
    read_choice(
        &node, "do",
        {{"lose_answer", FaultKind::lose_answer}, {"cut", FaultKind::cut}, {"garbage", FaultKind::garbage}},
        fault.kind, diagnostics);
    return;
  }
  yaml::MappingReader section(node, "do", diagnostics);
  const yaml::Node* delay = section.get("delay");
  const yaml::Node* status = section.get("status");
  const yaml::Node* retry_after = section.get("retry_after");
  section.finish();
  if (delay != nullptr) {
    fault.kind = FaultKind::delay;
    if (const auto span =
            read_duration(*delay, "delay", Duration::zero(), std::chrono::hours(1), diagnostics)) {
      fault.delay = *span;
    }
  }
  if (status != nullptr) {
    fault.kind = FaultKind::status;
    if (const auto number = read_int(*status, "status", 300, 599, diagnostics)) fault.status = *number;
  }
  if (retry_after != nullptr) {
    fault.retry_after = read_int(*retry_after, "retry_after", 0, 3600, diagnostics);
    if (status == nullptr)
      diagnostics.add(*retry_after, "`retry_after` goes with `status`",
                      "write {status: 429, retry_after: 3}");
  }
  if ((node.find("delay") == nullptr) == (node.find("status") == nullptr)) {
    diagnostics.add(node, "`do` takes either `delay` or `status`", "write {delay: 5s} or {status: 503}");
  }
}

SeedGroup read_seed_group(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  SeedGroup group;
  yaml::MappingReader section(node, "groups", diagnostics);
  read_required_name(node, section, "group", group.name, diagnostics);
  read_id_into(section.get("id"), "id", group_ids, group.id, diagnostics);
  group.variables = read_variables(section.get("variables"), "variables", diagnostics);
  group.secret_files = read_variables(section.get("secret_files"), "secret_files", diagnostics);
  read_id_into(section.get("environment"), "environment", environment_ids, group.environment, diagnostics);
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
  read_required_name(node, section, "service", service.name, diagnostics);
  read_id_into(section.get("id"), "id", service_ids, service.id, diagnostics);
  read_choice(section.get("type"), "type",
              {{"web_service", model::ServiceType::web_service},
               {"private_service", model::ServiceType::private_service},
               {"background_worker", model::ServiceType::background_worker},
               {"cron_job", model::ServiceType::cron_job},
               {"static_site", model::ServiceType::static_site}},
              service.type, diagnostics);
  read_flag(section.get("auto_deploy"), "auto_deploy", service.auto_deploy, diagnostics);
  read_flag(section.get("suspended"), "suspended", service.suspended, diagnostics);
  read_flag(section.get("stale"), "stale", service.stale, diagnostics);
  read_flag(section.get("image"), "image", service.image, diagnostics);
  read_id_into(section.get("environment"), "environment", environment_ids, service.environment, diagnostics);
  read_text(section.get("health_check_path"), "health_check_path", "a path", service.health_check_path,
            diagnostics);
  read_text(section.get("preview_of"), "preview_of", "the name or id of a service", service.preview_of,
            diagnostics);
  service.variables = read_variables(section.get("variables"), "variables", diagnostics);
  read_span(section.get("build"), "build", service.build, diagnostics);
  read_span(section.get("pre_deploy"), "pre_deploy", service.pre_deploy, diagnostics);
  read_span(section.get("start"), "start", service.start, diagnostics);
  read_choice(section.get("outcome"), "outcome",
              {{"live", Outcome::live},
               {"build_failed", Outcome::build_failed},
               {"pre_deploy_failed", Outcome::pre_deploy_failed},
               {"update_failed", Outcome::update_failed},
               {"canceled", Outcome::canceled}},
              service.outcome, diagnostics);
  section.finish();
  return service;
}

SeedEnvironment read_seed_environment(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  SeedEnvironment environment;
  yaml::MappingReader section(node, "environments", diagnostics);
  read_required_name(node, section, "environment", environment.name, diagnostics);
  const auto* id = section.get("id");
  read_id_into(id, "id", environment_ids, environment.id, diagnostics);
  // Groups and services refer to it by its id alone.
  if (section.readable() && id == nullptr) diagnostics.add(node, "an environment without `id`");
  read_id_into(section.get("project"), "project", project_ids, environment.project, diagnostics);
  read_flag(section.get("protected"), "protected", environment.is_protected, diagnostics);
  section.finish();
  return environment;
}

Behaviour read_behaviour(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  Behaviour behaviour;
  yaml::MappingReader section(node, "behaviour", diagnostics);
  read_choice(section.get("overlap"), "overlap", {{"wait", Overlap::wait}, {"override", Overlap::override_}},
              behaviour.overlap, diagnostics);
  read_choice(section.get("list_shape"), "list_shape",
              {{"wrapped", ListShape::wrapped}, {"bare", ListShape::bare}}, behaviour.list_shape,
              diagnostics);
  read_choice(section.get("double_link"), "double_link",
              {{"accepted", DoubleLink::accepted},
               {"conflict", DoubleLink::conflict},
               {"bad_request", DoubleLink::bad_request}},
              behaviour.double_link, diagnostics);
  read_flag(section.get("service_patch_links"), "service_patch_links", behaviour.service_patch_links,
            diagnostics);
  read_flag(section.get("strict_patch"), "strict_patch", behaviour.strict_patch, diagnostics);
  read_flag(section.get("link_deploys"), "link_deploys", behaviour.link_deploys, diagnostics);
  read_flag(section.get("link_touches_group"), "link_touches_group", behaviour.link_touches_group,
            diagnostics);
  const auto read_limit = [&](std::string_view key, int& into) {
    const auto* value = section.get(key);
    const auto number = value == nullptr ? std::nullopt : read_int(*value, key, 1, 1'000'000, diagnostics);
    if (number) into = *number;
  };
  read_limit("read_limit", behaviour.read_limit);
  read_limit("write_limit", behaviour.write_limit);
  read_limit("deploy_limit", behaviour.deploy_limit);
  read_limit("log_limit", behaviour.log_limit);
  read_span(section.get("latency"), "latency", behaviour.latency, diagnostics);
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
    diagnostics.add(*every, "`nth` and `every` exclude each other", "keep one");
  if (const auto* action = section.get("do")) read_action(*action, fault, diagnostics);
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
