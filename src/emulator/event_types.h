#pragma once
// Events of services: Render's words, and the details of those that operations cause. Events of deploys are
// derived from the deploys: see deploy_events.h.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "base/words.h"
#include "emulator/service_details.h"
#include "json/fields.h"

namespace envlink::emulator {

/// The words of a service's events. Webhooks have others: see webhook_types.h.
enum class EventType {
  autoscaling_config_changed,
  autoscaling_ended,
  autoscaling_started,
  branch_deleted,
  build_ended,
  build_started,
  commit_ignored,
  cron_job_run_ended,
  cron_job_run_started,
  deploy_ended,
  deploy_started,
  disk_created,
  disk_updated,
  disk_deleted,
  image_pull_failed,
  initial_deploy_hook_ended,
  initial_deploy_hook_started,
  instance_count_changed,
  job_run_ended,
  maintenance_mode_enabled,
  maintenance_mode_uri_updated,
  maintenance_ended,
  maintenance_started,
  pipeline_minutes_exhausted,
  plan_changed,
  pre_deploy_ended,
  pre_deploy_started,
  server_available,
  server_failed,
  server_hardware_failure,
  server_restarted,
  service_resumed,
  service_suspended,
  suspender_added,
  suspender_removed,
  zero_downtime_redeploy_ended,
  zero_downtime_redeploy_started
};
constexpr auto words(EventType) {
  return std::to_array<std::string_view>({"autoscaling_config_changed",
                                          "autoscaling_ended",
                                          "autoscaling_started",
                                          "branch_deleted",
                                          "build_ended",
                                          "build_started",
                                          "commit_ignored",
                                          "cron_job_run_ended",
                                          "cron_job_run_started",
                                          "deploy_ended",
                                          "deploy_started",
                                          "disk_created",
                                          "disk_updated",
                                          "disk_deleted",
                                          "image_pull_failed",
                                          "initial_deploy_hook_ended",
                                          "initial_deploy_hook_started",
                                          "instance_count_changed",
                                          "job_run_ended",
                                          "maintenance_mode_enabled",
                                          "maintenance_mode_uri_updated",
                                          "maintenance_ended",
                                          "maintenance_started",
                                          "pipeline_minutes_exhausted",
                                          "plan_changed",
                                          "pre_deploy_ended",
                                          "pre_deploy_started",
                                          "server_available",
                                          "server_failed",
                                          "server_hardware_failure",
                                          "server_restarted",
                                          "service_resumed",
                                          "service_suspended",
                                          "suspender_added",
                                          "suspender_removed",
                                          "zero_downtime_redeploy_ended",
                                          "zero_downtime_redeploy_started"});
}

struct ServiceSuspended {
  static constexpr EventType type = EventType::service_suspended;
};
void fields(auto&, json::Like<ServiceSuspended> auto&) {}

struct ServiceResumed {
  static constexpr EventType type = EventType::service_resumed;
};
void fields(auto&, json::Like<ServiceResumed> auto&) {}

struct ServerRestarted {
  static constexpr EventType type = EventType::server_restarted;
  std::string user;  // Render's form is unknown: an e-mail address here
};
void fields(auto& visit, json::Like<ServerRestarted> auto& restarted) {
  visit("triggeredByUser", restarted.user);
}

struct InstancesChanged {
  static constexpr EventType type = EventType::instance_count_changed;
  int from = 0;
  int to = 0;
};
void fields(auto& visit, json::Like<InstancesChanged> auto& changed) {
  visit("fromInstances", changed.from);
  visit("toInstances", changed.to);
}

struct AutoscalingChanged {
  static constexpr EventType type = EventType::autoscaling_config_changed;
  std::optional<Autoscaling> from{};
  Autoscaling to;
};
void fields(auto& visit, json::Like<AutoscalingChanged> auto& changed) {
  visit("fromConfig", changed.from);
  visit("toConfig", changed.to);
}

struct PlanChanged {
  static constexpr EventType type = EventType::plan_changed;
  InstancePlan from{};
  InstancePlan to{};
};
void fields(auto& visit, json::Like<PlanChanged> auto& changed) {
  visit("from", changed.from);
  visit("to", changed.to);
}

struct MaintenanceEnabled {
  static constexpr EventType type = EventType::maintenance_mode_enabled;
  bool enabled = false;
};
void fields(auto& visit, json::Like<MaintenanceEnabled> auto& changed) {
  visit("enabled", changed.enabled);
}

struct MaintenanceUriUpdated {
  static constexpr EventType type = EventType::maintenance_mode_uri_updated;
  std::string from;
  std::string to;
};
void fields(auto& visit, json::Like<MaintenanceUriUpdated> auto& changed) {
  visit("fromURI", changed.from);
  visit("toURI", changed.to);
}

struct DiskCreated {
  static constexpr EventType type = EventType::disk_created;
  std::string disk;
  int size_gb = 0;
};
void fields(auto& visit, json::Like<DiskCreated> auto& created) {
  visit("diskId", created.disk);
  visit("sizeGB", created.size_gb);
}

struct DiskUpdated {
  static constexpr EventType type = EventType::disk_updated;
  std::string disk;
  int from_gb = 0;
  int to_gb = 0;
};
void fields(auto& visit, json::Like<DiskUpdated> auto& updated) {
  visit("diskId", updated.disk);
  visit("fromSizeGB", updated.from_gb);
  visit("toSizeGB", updated.to_gb);
}

struct DiskDeleted {
  static constexpr EventType type = EventType::disk_deleted;
  std::string disk;
};
void fields(auto& visit, json::Like<DiskDeleted> auto& deleted) {
  visit("diskId", deleted.disk);
}

using EventDetails = std::variant<ServiceSuspended, ServiceResumed, ServerRestarted, InstancesChanged,
                                  AutoscalingChanged, PlanChanged, MaintenanceEnabled, MaintenanceUriUpdated,
                                  DiskCreated, DiskUpdated, DiskDeleted>;

inline EventType type_of(const EventDetails& details) {
  return std::visit([](const auto& one) { return one.type; }, details);
}

struct EventRecord {
  Time at{};
  std::string id;
  std::size_t service = 0;
  EventDetails details;
};

}  // namespace envlink::emulator
