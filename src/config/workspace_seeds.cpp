#include <array>
#include <chrono>

#include "config/workspace_sections.h"

namespace envlink::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 1> group_ids = {"evg-"};
constexpr std::array<std::string_view, 1> environment_ids = {"evm-"};
constexpr std::array<std::string_view, 1> project_ids = {"prj-"};
constexpr std::array<std::string_view, 2> service_ids = {"srv-", "crn-"};

void read_text(const yaml::Node* node, std::string_view key, std::string_view wanted, std::string& into,
               Report& report) {
  if (node == nullptr) return;
  if (auto word = read_word(*node, key, wanted, report)) into = std::move(word->text);
}

void read_id_into(const yaml::Node* node, std::string_view key, std::span<const std::string_view> prefixes,
                  std::string& into, Report& report) {
  if (node == nullptr) return;
  if (auto word = read_id(*node, key, prefixes, report)) into = std::move(word->text);
}

void read_flag(const yaml::Node* node, std::string_view key, bool& into, Report& report) {
  if (node == nullptr) return;
  if (const auto value = read_bool(*node, key, report)) into = *value;
}

void read_span(const yaml::Node* node, std::string_view key, Duration& into, Report& report) {
  if (node == nullptr) return;
  if (const auto value = read_duration(*node, key, 0s, 24h, report)) into = *value;
}

/// Values are text to Render, so a number or true is taken as it is written.
emulator::Variables read_variables(const yaml::Node* node, std::string_view key, Report& report) {
  emulator::Variables variables;
  if (node == nullptr) return variables;
  const Section section(*node, key, report);
  if (!section.readable()) return variables;
  for (const yaml::Entry& entry : node->entries) {
    if (entry.value->kind != yaml::Kind::scalar || yaml::is_null(*entry.value)) {
      report.wrong_kind(*entry.value, entry.key, "text",
                        yaml::is_null(*entry.value) ? "write \"\" for empty text" : "");
    } else if (entry.key.empty()) {
      report.add(entry, "a variable has no name");
    } else {
      variables.emplace_back(entry.key, entry.value->text);
    }
  }
  return variables;
}

/// `name` is the one thing that cannot be left out.
void read_required_name(const yaml::Node& item, Section& section, std::string_view kind, std::string& into,
                        Report& report) {
  const yaml::Node* name = section.get("name");
  read_text(name, "name", "a name", into, report);
  if (section.readable() && item.find("name") == nullptr) {
    report.add(item, std::string("a ").append(kind).append(" without `name`"));
  }
}

}  // namespace

emulator::SeedGroup read_seed_group(const yaml::Node& node, Report& report) {
  emulator::SeedGroup group;
  Section section(node, "groups", report);
  read_required_name(node, section, "group", group.name, report);
  read_id_into(section.get("id"), "id", group_ids, group.id, report);
  group.variables = read_variables(section.get("variables"), "variables", report);
  group.secret_files = read_variables(section.get("secret_files"), "secret_files", report);
  read_id_into(section.get("environment"), "environment", environment_ids, group.environment, report);
  if (const auto* links = section.get("links")) {
    for (auto& word : read_list(*links, "links", "service names or ids", report)) {
      group.links.push_back(std::move(word.text));
    }
  }
  section.finish();
  return group;
}

emulator::SeedService read_seed_service(const yaml::Node& node, Report& report) {
  emulator::SeedService service;
  Section section(node, "services", report);
  read_required_name(node, section, "service", service.name, report);
  read_id_into(section.get("id"), "id", service_ids, service.id, report);
  read_choice(section.get("type"), "type",
              {{"web_service", model::ServiceType::web_service},
               {"private_service", model::ServiceType::private_service},
               {"background_worker", model::ServiceType::background_worker},
               {"cron_job", model::ServiceType::cron_job},
               {"static_site", model::ServiceType::static_site}},
              service.type, report);
  read_flag(section.get("auto_deploy"), "auto_deploy", service.auto_deploy, report);
  read_flag(section.get("suspended"), "suspended", service.suspended, report);
  read_flag(section.get("stale"), "stale", service.stale, report);
  read_flag(section.get("image"), "image", service.image, report);
  read_id_into(section.get("environment"), "environment", environment_ids, service.environment, report);
  read_text(section.get("health_check_path"), "health_check_path", "a path", service.health_check_path,
            report);
  read_text(section.get("preview_of"), "preview_of", "the name or id of a service", service.preview_of,
            report);
  service.variables = read_variables(section.get("variables"), "variables", report);
  read_span(section.get("build"), "build", service.build, report);
  read_span(section.get("pre_deploy"), "pre_deploy", service.pre_deploy, report);
  read_span(section.get("start"), "start", service.start, report);
  read_choice(section.get("outcome"), "outcome",
              {{"live", emulator::Outcome::live},
               {"build_failed", emulator::Outcome::build_failed},
               {"pre_deploy_failed", emulator::Outcome::pre_deploy_failed},
               {"update_failed", emulator::Outcome::update_failed},
               {"canceled", emulator::Outcome::canceled}},
              service.outcome, report);
  section.finish();
  return service;
}

emulator::SeedEnvironment read_seed_environment(const yaml::Node& node, Report& report) {
  emulator::SeedEnvironment environment;
  Section section(node, "environments", report);
  read_required_name(node, section, "environment", environment.name, report);
  const auto* id = section.get("id");
  read_id_into(id, "id", environment_ids, environment.id, report);
  // Groups and services refer to it by its id alone.
  if (section.readable() && id == nullptr) report.add(node, "an environment without `id`");
  read_id_into(section.get("project"), "project", project_ids, environment.project, report);
  read_flag(section.get("protected"), "protected", environment.is_protected, report);
  section.finish();
  return environment;
}

emulator::Behaviour read_behaviour(const yaml::Node& node, Report& report) {
  emulator::Behaviour behaviour;
  Section section(node, "behaviour", report);
  read_choice(section.get("overlap"), "overlap",
              {{"wait", emulator::Overlap::wait}, {"override", emulator::Overlap::override_}},
              behaviour.overlap, report);
  read_choice(section.get("list_shape"), "list_shape",
              {{"wrapped", emulator::ListShape::wrapped}, {"bare", emulator::ListShape::bare}},
              behaviour.list_shape, report);
  read_choice(section.get("double_link"), "double_link",
              {{"accepted", emulator::DoubleLink::accepted},
               {"conflict", emulator::DoubleLink::conflict},
               {"bad_request", emulator::DoubleLink::bad_request}},
              behaviour.double_link, report);
  read_flag(section.get("service_patch_links"), "service_patch_links", behaviour.service_patch_links, report);
  read_flag(section.get("strict_patch"), "strict_patch", behaviour.strict_patch, report);
  read_flag(section.get("link_deploys"), "link_deploys", behaviour.link_deploys, report);
  read_flag(section.get("link_touches_group"), "link_touches_group", behaviour.link_touches_group, report);
  const auto read_limit = [&](std::string_view key, int& into) {
    const auto* value = section.get(key);
    const auto number = value == nullptr ? std::nullopt : read_int(*value, key, 1, 1'000'000, report);
    if (number) into = *number;
  };
  read_limit("read_limit", behaviour.read_limit);
  read_limit("write_limit", behaviour.write_limit);
  read_limit("deploy_limit", behaviour.deploy_limit);
  read_limit("log_limit", behaviour.log_limit);
  read_span(section.get("latency"), "latency", behaviour.latency, report);
  section.finish();
  return behaviour;
}

}  // namespace envlink::config
