#pragma once
// Webhooks, and what is to be sent to them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/words.h"

namespace envlink::emulator {

/// The words that a webhook can filter by. Not all types of a service's events are among them, and the model
/// causes only some.
enum class WebhookEventType : std::uint8_t {};  // the place of a word: no code names one
constexpr auto words(WebhookEventType) {
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
                                          "zero_downtime_redeploy_ended",
                                          "zero_downtime_redeploy_started",
                                          "edge_cache_enabled",
                                          "edge_cache_disabled",
                                          "edge_cache_purged",
                                          "postgres_available",
                                          "postgres_backup_completed",
                                          "postgres_backup_failed",
                                          "postgres_backup_started",
                                          "postgres_cluster_leader_changed",
                                          "postgres_created",
                                          "postgres_disk_size_changed",
                                          "postgres_disk_autoscaling_enabled_changed",
                                          "postgres_ha_status_changed",
                                          "postgres_restarted",
                                          "postgres_unavailable",
                                          "postgres_upgrade_failed",
                                          "postgres_upgrade_started",
                                          "postgres_upgrade_succeeded",
                                          "postgres_restore_failed",
                                          "postgres_restore_succeeded",
                                          "postgres_read_replicas_changed",
                                          "postgres_pitr_checkpoint_started",
                                          "postgres_pitr_checkpoint_failed",
                                          "postgres_pitr_checkpoint_completed",
                                          "postgres_read_replica_stale",
                                          "postgres_wal_archive_failed",
                                          "key_value_available",
                                          "key_value_config_restart",
                                          "key_value_unhealthy"});
}

struct Webhook {
  std::string id;
  std::string name;
  std::string url;
  std::string key;  // bytes; the secret in Base64
  bool enabled = true;
  std::vector<WebhookEventType> filter;  // empty: all
  bool deleted = false;
};

/// An event for a webhook, until it is delivered or given up.
struct Undelivered {
  std::uint64_t number = 0;
  std::size_t webhook = 0;  // its index
  std::string event;        // its id
  std::string_view type;    // of the event
  std::string body;
  int attempts = 0;         // that have begun
  std::optional<Time> due;  // of the next; unset while one is in progress
  Time sent{};              // when the newest began
};

struct Attempt {
  std::uint64_t number = 0;
  std::string id;
  std::size_t webhook = 0;
  std::string event;
  std::string_view type;
  Time sent{};
  std::optional<int> status{};
  std::string response{};
  std::string error{};  // why there was no answer
};

struct Webhooks {
  std::vector<Webhook> all;             // oldest first, also deleted ones
  std::deque<Undelivered> undelivered;  // oldest first, bounded
  std::deque<Attempt> attempts;         // oldest first, bounded
  std::uint64_t numbers = 0;            // given to the last two
  // Which events were announced, from when the first webhook was created.
  std::vector<std::uint8_t> announced;  // by deploy: a bit for each of its events
  std::size_t settled = 0;              // deploys before this one have no more events to announce
  std::size_t recorded = 0;             // number of recorded events that were announced
};

/// An attempt to send.
struct Delivery {
  std::uint64_t number = 0;
  int attempt = 1;
  std::string type;  // of the event
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct DeliveryResult {
  std::optional<int> status{};  // unset: no answer
  std::string body{};
  std::string error{};
};

}  // namespace envlink::emulator
