#include <algorithm>
#include <array>
#include <chrono>

#include "emulator/workspace_entries.h"

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

}  // namespace

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

}  // namespace envlink::emulator
