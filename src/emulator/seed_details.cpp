#include "emulator/seed_details.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>

namespace envlink::emulator {
namespace {

constexpr auto runtimes = std::to_array({Runtime::docker, Runtime::elixir, Runtime::go, Runtime::node,
                                         Runtime::python, Runtime::ruby, Runtime::rust});

std::optional<std::string> read_name(const yaml::Node& node, std::string_view key,
                                     yaml::Diagnostics& diagnostics) {
  auto word = yaml::read_word(node, key, "a name", diagnostics);
  return word ? std::optional(std::move(word->text)) : std::nullopt;
}

std::optional<std::string> read_path(const yaml::Node& node, std::string_view key,
                                     yaml::Diagnostics& diagnostics) {
  auto word = yaml::read_word(node, key, "a path", diagnostics);
  if (!word) return std::nullopt;
  if (word->text.starts_with('/')) return std::move(word->text);
  diagnostics.add(node, fmt::format("{} must start with `/`", yaml::quoted(key)));
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_paths(const yaml::Node& node, std::string_view key,
                                                   yaml::Diagnostics& diagnostics) {
  std::vector<std::string> paths;
  for (auto& word : yaml::read_list(node, key, "paths", diagnostics)) paths.push_back(std::move(word.text));
  return paths;
}

/// Of the mapping `node`, which is a `what`.
void require(const yaml::Node& node, yaml::MappingReader& section, std::string_view what,
             std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    section.require(key,
                    {node.place, fmt::format("{} without {}", what, yaml::quoted(key)), "", node.length});
  }
}

NewDisk read_disk(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  NewDisk disk;
  yaml::MappingReader section(node, "disk", diagnostics);
  section.read("name", disk.name, read_name);
  section.read("mount_path", disk.mount_path, read_path);
  section.read("size_gb", disk.size_gb, yaml::read_int, 1, largest_disk);
  require(node, section, "a disk", {"name", "mount_path"});
  section.finish();
  return disk;
}

BuildFilter read_build_filter(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  BuildFilter filter;
  yaml::MappingReader section(node, "build_filter", diagnostics);
  section.read("paths", filter.paths, read_paths);
  section.read("ignored_paths", filter.ignored, read_paths);
  section.finish();
  return filter;
}

Autoscaling read_autoscaling(const yaml::Node& node, yaml::Diagnostics& diagnostics) {
  Autoscaling autoscaling{true, 1, 1, {{true, 70}, {false, 70}}};
  yaml::MappingReader section(node, "autoscaling", diagnostics);
  section.read("min", autoscaling.min, yaml::read_int, 1, most_instances);
  section.read("max", autoscaling.max, yaml::read_int, 1, most_instances);
  require(node, section, "`autoscaling`", {"min", "max"});
  section.finish();
  if (node.find("max") != nullptr && autoscaling.max < autoscaling.min)
    diagnostics.add(*node.find("max"), "`max` is less than `min`");
  return autoscaling;
}

void refuse_misplaced(const yaml::Node& node, const SeedService& service, yaml::Diagnostics& diagnostics) {
  const bool site = service.type == model::ServiceType::static_site;
  const bool runs = !site && service.type != model::ServiceType::cron_job;
  const auto refuse = [&](std::string_view key, std::string_view what) {
    if (const yaml::Node* value = node.find(key))
      diagnostics.add(*value, fmt::format("{} does not have {}", what, yaml::quoted(key)));
  };
  for (const std::string_view key : {"runtime", "plan", "region"}) {
    if (site) refuse(key, "a static site");
  }
  for (const std::string_view key : {"instances", "autoscaling", "disk"}) {
    if (!runs) refuse(key, site ? "a static site" : "a cron job");
  }
  if (!service.image) return;
  if (!site) refuse("runtime", "a service that deploys an image");
  refuse("build_filter", "a service that deploys an image");
}

}  // namespace

void read_details(const yaml::Node& node, yaml::MappingReader& section, SeedService& service,
                  yaml::Diagnostics& diagnostics) {
  SeedDetails& details = service.details;
  Runtime runtime{};
  if (section.get("runtime") != nullptr &&
      section.read("runtime", runtime, yaml::read_one_of<Runtime>, std::span<const Runtime>(runtimes)))
    details.runtime = runtime;
  section.read("plan", details.plan, yaml::read_enum<InstancePlan>);
  section.read("region", details.region, yaml::read_enum<Region>);
  section.read("instances", details.instances, yaml::read_int, 1, most_instances);
  if (const auto* filter = section.get("build_filter"))
    details.build_filter = read_build_filter(*filter, diagnostics);
  if (const auto* autoscaling = section.get("autoscaling"))
    details.autoscaling = read_autoscaling(*autoscaling, diagnostics);
  if (const auto* disk = section.get("disk")) details.disk = read_disk(*disk, diagnostics);
  if (section.readable()) refuse_misplaced(node, service, diagnostics);
}

}  // namespace envlink::emulator
