#pragma once
// The settings of a service that Render keeps under `serviceDetails`, and those beside it that PATCH changes.
// Each is read from a body and written to replies under Render's names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "emulator/attachments.h"
#include "json/fields.h"
#include "model/service.h"

namespace envlink::emulator {

enum class Runtime { docker, elixir, go, node, python, ruby, rust, image };
constexpr auto words(Runtime) {
  return std::to_array<std::string_view>(
      {"docker", "elixir", "go", "node", "python", "ruby", "rust", "image"});
}
enum class InstancePlan {
  starter,
  starter_plus,
  standard,
  standard_plus,
  pro,
  pro_plus,
  pro_max,
  pro_ultra,
  free,
  custom
};
constexpr auto words(InstancePlan) {
  return std::to_array<std::string_view>({"starter", "starter_plus", "standard", "standard_plus", "pro",
                                          "pro_plus", "pro_max", "pro_ultra", "free", "custom"});
}
enum class Region { oregon, frankfurt, ohio, singapore, virginia };
constexpr auto words(Region) {
  return std::to_array<std::string_view>({"oregon", "frankfurt", "ohio", "singapore", "virginia"});
}
enum class PreviewGeneration { off, manual, automatic };
constexpr auto words(PreviewGeneration) {
  return std::to_array<std::string_view>({"off", "manual", "automatic"});
}
enum class YesNo { no, yes };
constexpr auto words(YesNo) {
  return std::to_array<std::string_view>({"no", "yes"});
}
enum class SubdomainPolicy { enabled, disabled };
constexpr auto words(SubdomainPolicy) {
  return std::to_array<std::string_view>({"enabled", "disabled"});
}
enum class CacheProfile { none, origin_controlled, origin_controlled_all };
constexpr auto words(CacheProfile) {
  return std::to_array<std::string_view>({"no-cache", "origin-controlled", "origin-controlled-all"});
}

constexpr int most_instances = 100;
constexpr int largest_disk = 10'000;  // GB

struct AddressRange {
  std::string cidr;
  std::string description;

  bool operator==(const AddressRange&) const = default;
};
void fields(auto& visit, json::Like<AddressRange> auto& range) {
  visit("cidrBlock", range.cidr);
  visit("description", range.description);
}

struct Criterion {
  bool enabled = false;
  int percentage = 0;

  bool operator==(const Criterion&) const = default;
};
void fields(auto& visit, json::Like<Criterion> auto& criterion) {
  visit("enabled", criterion.enabled);
  visit("percentage", criterion.percentage);
}
struct Criteria {
  Criterion cpu;
  Criterion memory;

  bool operator==(const Criteria&) const = default;
};
void fields(auto& visit, json::Like<Criteria> auto& criteria) {
  visit("cpu", criteria.cpu);
  visit("memory", criteria.memory);
}
struct Autoscaling {
  bool enabled = false;
  int min = 1;
  int max = 1;
  Criteria criteria;

  bool operator==(const Autoscaling&) const = default;
};
void fields(auto& visit, json::Like<Autoscaling> auto& autoscaling) {
  visit("enabled", autoscaling.enabled);
  visit("min", autoscaling.min);
  visit("max", autoscaling.max);
  visit("criteria", autoscaling.criteria);
}

struct MaintenanceMode {
  bool enabled = false;
  std::string uri;
};
void fields(auto& visit, json::Like<MaintenanceMode> auto& mode) {
  visit("enabled", mode.enabled);
  visit("uri", mode.uri);
}

struct Previews {
  PreviewGeneration generation = PreviewGeneration::off;
};
void fields(auto& visit, json::Like<Previews> auto& previews) {
  visit.later("generation", previews.generation);
}

struct Cache {
  CacheProfile profile = CacheProfile::none;
};
void fields(auto& visit, json::Like<Cache> auto& cache) {
  visit("profile", cache.profile);
}

struct BuildFilter {
  std::vector<std::string> paths;
  std::vector<std::string> ignored;

  bool is_empty() const { return paths.empty() && ignored.empty(); }
};
void fields(auto& visit, json::Like<BuildFilter> auto& filter) {
  visit.later("paths", filter.paths);  // null as sent by the Terraform provider
  visit.later("ignoredPaths", filter.ignored);
}

/// How the service is built and started.
struct Commands {
  std::string build = "npm ci";
  std::string start = "npm start";
  std::string docker;
  std::string docker_context = ".";
  std::string dockerfile = "./Dockerfile";
  std::string registry_credential;
};
void fields(auto& visit, json::Like<Commands> auto& commands) {
  visit.later("buildCommand", commands.build);
  visit.later("startCommand", commands.start);
  visit.later("dockerCommand", commands.docker);
  visit.later("dockerContext", commands.docker_context);
  visit.later("dockerfilePath", commands.dockerfile);
  visit.later("registryCredentialId", commands.registry_credential);
}

/// All types have the same struct; each shows only the fields of its type.
struct Details {
  std::optional<Runtime> runtime{};
  Commands commands;
  std::string static_build = "npm run build";  // of a static site
  std::string publish_path = "dist";
  std::string pre_deploy;
  std::string health_check_path;
  std::string schedule = "0 3 * * *";
  InstancePlan plan = InstancePlan::starter;
  Region region = Region::oregon;
  int instances = 1;
  std::optional<Autoscaling> autoscaling{};
  MaintenanceMode maintenance;
  Previews previews;
  std::optional<int> shutdown_delay{};  // seconds
  std::optional<SubdomainPolicy> subdomain{};
  std::optional<Cache> cache{};
  std::optional<std::vector<AddressRange>> allowed_addresses{};
};

struct NewDisk {
  std::string name;
  std::string mount_path;
  int size_gb = 1;
};
void fields(auto& visit, json::Like<NewDisk> auto& disk) {
  visit("name", disk.name);
  visit("mountPath", disk.mount_path);
  visit.later("sizeGB", disk.size_gb);
}

/// The `serviceDetails` of a body: those that a service of this type takes.
struct DetailsInput {
  model::ServiceType type = model::ServiceType::unknown;
  Details details{};
  bool is_new = false;
  // Of a new service only, like the region and the number of instances.
  std::optional<NewDisk> disk{};
  std::vector<HeaderRule> headers{};
  std::vector<RouteRule> routes{};
};
void fields(auto& visit, json::Like<DetailsInput> auto& input) {
  using enum model::ServiceType;
  auto& details = input.details;
  const bool is_web = input.type == web_service;
  const bool is_site = input.type == static_site;
  const bool is_cron = input.type == cron_job;
  if (is_web || is_site) {
    visit("renderSubdomainPolicy", details.subdomain);
    visit("ipAllowList", details.allowed_addresses);
  }
  if (!is_cron) {
    // The older field for the same setting.
    std::optional<YesNo> previews;
    visit("pullRequestPreviewsEnabled", previews);
    if (previews) {
      details.previews.generation =
          *previews == YesNo::yes ? PreviewGeneration::automatic : PreviewGeneration::off;
    }
    visit.later("previews", details.previews);
  }
  if (is_site) {
    visit.later("buildCommand", details.static_build);
    visit.later("publishPath", details.publish_path);
    if (!input.is_new) return;
    visit.later("headers", input.headers);
    visit.later("routes", input.routes);
    return;
  }
  visit("env", details.runtime);
  visit("runtime", details.runtime);
  visit.later("envSpecificDetails", details.commands);
  visit.later("plan", details.plan);
  if (input.is_new) visit.later("region", details.region);
  if (is_cron) return visit.later("schedule", details.schedule);
  visit.later("preDeployCommand", details.pre_deploy);
  visit("maxShutdownDelaySeconds", details.shutdown_delay);
  if (input.is_new) {
    visit.later("numInstances", details.instances);
    visit("autoscaling", details.autoscaling);
    visit("disk", input.disk);
  }
  if (!is_web) return;
  visit.later("healthCheckPath", details.health_check_path);
  visit.later("maintenanceMode", details.maintenance);
  visit("cache", details.cache);
}

/// What PATCH can change besides the details.
struct Source {
  std::string repo;
  std::string branch = "main";
  std::string root_folder;
  std::string image;  // its path; empty: a repository
  std::string registry_credential;
  std::optional<BuildFilter> build_filter{};
};

}  // namespace envlink::emulator
