#pragma once
// The state of the World. The other files of this folder are functions on it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "emulator/attachments.h"
#include "emulator/event_types.h"
#include "emulator/projects.h"
#include "emulator/service_details.h"
#include "emulator/webhook_types.h"
#include "emulator/windows.h"
#include "emulator/workspace.h"
#include "model/deploy.h"

namespace envlink::emulator {

enum class ActorType { user, rest_api, system };
constexpr auto words(ActorType) {
  return std::to_array<std::string_view>({"user", "rest_api", "system"});
}
struct Actor {
  ActorType type = ActorType::system;
  std::string email{};  // empty: not in the log
};

/// Render's events for what the API can do. There is none for a link, and none for creating or renaming a
/// group.
enum class AuditEvent {
  CreateEnvVarsEvent,
  UpdateEnvVarsEvent,
  DeleteEnvVarsEvent,
  DeleteEnvGroupEvent,
  SuspendServiceEvent,
  ResumeServiceEvent,
  CreateServerEvent,
  DeleteServerEvent,
  CreateCronJobEvent,
  DeleteCronJobEvent,
  UpdateServiceNameEvent,
  MaintenanceModeEnabledEvent,
  MaintenanceModeURIUpdatedEvent,
  UpdateIPAllowListEvent,
  CreateServerDiskEvent,
  DeleteServerDiskEvent,
  RestoreDiskSnapshotEvent,
  CreateProjectEvent,
  DeleteProjectEvent,
  CreateEnvironmentEvent,
  DeleteEnvironmentEvent,
  MoveEnvironmentResourceEvent,
  CreateWebhookEvent,
  UpdateWebhookEvent,
  DeleteWebhookEvent
};
constexpr auto words(AuditEvent) {
  return std::to_array<std::string_view>({"CreateEnvVarsEvent",
                                          "UpdateEnvVarsEvent",
                                          "DeleteEnvVarsEvent",
                                          "DeleteEnvGroupEvent",
                                          "SuspendServiceEvent",
                                          "ResumeServiceEvent",
                                          "CreateServerEvent",
                                          "DeleteServerEvent",
                                          "CreateCronJobEvent",
                                          "DeleteCronJobEvent",
                                          "UpdateServiceNameEvent",
                                          "MaintenanceModeEnabledEvent",
                                          "MaintenanceModeURIUpdatedEvent",
                                          "UpdateIPAllowListEvent",
                                          "CreateServerDiskEvent",
                                          "DeleteServerDiskEvent",
                                          "RestoreDiskSnapshotEvent",
                                          "CreateProjectEvent",
                                          "DeleteProjectEvent",
                                          "CreateEnvironmentEvent",
                                          "DeleteEnvironmentEvent",
                                          "MoveEnvironmentResourceEvent",
                                          "CreateWebhookEvent",
                                          "UpdateWebhookEvent",
                                          "DeleteWebhookEvent"});
}
struct AuditRecord {
  Time at{};
  AuditEvent event{};
  Actor by;
  std::string about;  // the id of what it changed
};

/// A variable or secret file was created, changed or deleted. Its value after the change is in the next
/// change's `before`, or is the current value, so that each value is stored once.
struct ValueChange {
  Time at{};
  Actor by;
  std::string key;                      // "file:NAME" for a secret file (model::file_key)
  std::optional<std::string> before{};  // unset: it did not exist
};

/// The workspace's owner, who is also the user of its key.
constexpr std::string_view owner_email = "owner@example.com";

struct LinkChange {
  Time at{};
  std::size_t service = 0;
  bool linked = false;
};

struct Group {
  std::string id;
  std::string name;
  std::string environment;
  Variables variables;  // oldest first, like everything here; replies reverse the order
  Variables secret_files;
  std::vector<ValueChange> changes;      // of its values since the start, oldest first
  std::vector<std::size_t> links;        // indexes of services
  std::vector<LinkChange> link_changes;  // that a replica may not show yet, oldest first
  Time created{};
  Time updated{};
  bool deleted = false;  // deploys that used it still have it
};

struct Commit {
  std::string id;
  Time created{};
};

struct Disk {
  std::string id;
  std::string name;
  std::string mount_path;
  int size_gb = 1;
  std::size_t service = 0;
  Time created{};
  Time updated{};
  bool deleted = false;
};

struct Service {
  SeedService seed;
  Details details;
  Source source;
  NotificationOverride notifications;
  std::optional<LogStream> log_stream{};
  Commit head;                        // the newest commit of its branch; only a push moves it
  Commit built;                       // of the last successful build
  std::vector<ValueChange> changes;   // of its own values since the start, oldest first
  std::vector<CustomDomain> domains;  // oldest first
  std::vector<HeaderRule> headers;    // of a static site, oldest first
  std::vector<RouteRule> routes;      // of a static site, in the order of their priorities
  std::string slug;                   // its unique name in addresses
  Time created{};
  Time updated{};
  std::vector<std::size_t> deploys;  // indexes, oldest first
  std::vector<std::size_t> events;   // indexes of recorded ones, oldest first
  std::optional<std::size_t> live;   // index of the live deploy
  std::optional<std::size_t> running;
  std::optional<std::size_t> waiting;  // queued after the running one
  bool deleted = false;

  /// Whether it is reached from the internet.
  bool is_public() const {
    return seed.type == model::ServiceType::web_service || seed.type == model::ServiceType::static_site;
  }
};

enum class DeployMode { build_and_deploy, deploy_only, rollback };
constexpr auto words(DeployMode) {
  return std::to_array<std::string_view>({"build_and_deploy", "deploy_only", "rollback"});
}

struct Deploy {
  std::string id;
  std::size_t service = 0;
  model::DeployStatus status = model::DeployStatus::created;
  std::string trigger;
  DeployMode mode = DeployMode::build_and_deploy;
  bool clear_cache = false;
  std::string rollback_target;
  Commit commit;          // without id for an image
  std::string image_ref;  // empty for a commit
  Time created{};
  Time updated{};
  std::optional<Time> started;
  std::optional<Time> finished;
  Time phase_ends{};                // while it runs
  std::vector<std::string> groups;  // ids of the groups linked when it read its environment
  // Number of value changes at that time, of each of these groups and of the service.
  std::vector<std::size_t> group_versions;
  std::optional<std::size_t> own_version;

  void turns(model::DeployStatus into, Time at) {
    status = into;
    updated = at;
  }
};

/// Finds objects by their ids.
class Index {
 public:
  void add(std::string_view id, std::size_t at) { places_.emplace(id, at); }
  std::optional<std::size_t> find(std::string_view id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places_;
};

struct WorldState {
  WorldState(Workspace workspace, Time start, double speed, unsigned seed);

  Behaviour behaviour;
  std::string api_key;
  std::string owner_id;
  std::string owner_name;
  std::vector<Group> groups;
  std::vector<Service> services;
  std::vector<Project> projects;          // oldest first
  std::vector<Environment> environments;  // oldest first
  std::vector<Disk> disks;
  NotificationSettings notifications;
  std::optional<LogStream> log_stream;
  std::vector<Deploy> deploys;         // oldest first
  std::vector<std::size_t> deploying;  // services with a running deploy, in their order
  std::vector<EventRecord> events;     // that operations caused, oldest first
  std::vector<AuditRecord> audit_log;  // oldest first
  Webhooks webhooks;
  RateWindows windows;
  Time now{};
  double speed = 1.0;
  std::uint64_t seed = 1;
  std::uint64_t made = 0;         // number of identifiers and generated values
  std::uint64_t group_reads = 0;  // number of answers that showed a group's links
  int limited = 0;                // requests answered 429
  std::string health_base;
  std::chrono::sys_seconds dated{};  // the second of `date`
  std::string date;                  // the header of replies within this second

  std::optional<std::size_t> find_service(std::string_view id) const;
  std::optional<std::size_t> find_slug(std::string_view slug) const;  // of a service, deleted or not
  std::optional<std::size_t> find_group(std::string_view id) const;
  std::optional<std::size_t> find_deploy(std::string_view id) const;
  /// nullptr: unknown.
  const Environment* find_environment(std::string_view id) const;
  Environment* find_environment(std::string_view id);
  Project* find_project(std::string_view id);
  const Disk* disk_of(const Service& service) const;  // nullptr: none
  /// These return the new index.
  std::size_t add(Group group);
  std::size_t add(Deploy deploy);
  std::size_t add_service(SeedService seed, Time created);
  std::size_t add_disk(std::size_t service, const NewDisk& disk);
  bool is_linked(std::size_t group, std::size_t service) const;
  /// Whether the current read of groups reaches a lagging replica: see Behaviour::link_flaps.
  bool next_read_lags();
  /// Indexes of linked services as a read shows them now: see Behaviour::link_lag.
  std::vector<std::size_t> shown_links(const Group& group, bool lags) const;
  /// Gives the deploy the current links and variables. Groups: oldest first.
  void take_environment(Deploy& deploy) const;
  std::string new_id(std::string_view prefix);
  /// The duration of a build, pre-deploy or start, divided by `speed` and bounded.
  Duration scaled(Duration span) const;
  int times_listed() const { return behaviour.list_repeats ? 2 : 1; }
  std::string url_of(const Service& service) const;

 private:
  Index services_;
  Index slugs_;
  Index groups_;
  Index deploys_;
};

/// Ends its deploys, and unlinks it.
void delete_service(WorldState& world, std::size_t service);

void delete_group(WorldState& world, std::size_t group, Actor by);
/// No effect if it is already so. Resuming requests a deploy.
void suspend(WorldState& world, std::size_t service, bool suspended, Actor by);

/// True if the link changed. Applies the effects that Behaviour configures for link changes.
bool set_link(WorldState& world, std::size_t group, std::size_t service, bool linked);

}  // namespace envlink::emulator
