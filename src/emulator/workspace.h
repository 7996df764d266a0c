#pragma once
// The emulator's file as a value: a workspace, the behaviour of the model where Render's is unknown or a
// setting, and faults.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "emulator/service_details.h"
#include "model/service.h"

namespace envlink::emulator {

using Variables = std::vector<std::pair<std::string, std::string>>;

struct SeedGroup {
  std::string id;  // derived from the name if the file has none
  std::string name;
  Variables variables;
  Variables secret_files;
  std::string environment;         // empty: unscoped
  std::vector<std::string> links;  // service names or ids
};

struct SeedProject {
  std::string id;
  std::string name;
};

/// An environment of a project. A group or a service may name an unknown one: reading it returns 404.
struct SeedEnvironment {
  std::string id;
  std::string name;
  std::string project = "prj-example0000000000000";
  bool is_protected = false;
};

enum class Outcome { live, build_failed, pre_deploy_failed, update_failed, canceled };
constexpr auto words(Outcome) {
  return std::to_array<std::string_view>(
      {"live", "build_failed", "pre_deploy_failed", "update_failed", "canceled"});
}

/// The cause that the events give for a failed deploy.
enum class Cause {
  none,
  pipeline_minutes_exhausted,
  branch_deleted,
  suspender_added,
  service_suspended,
  server_hardware_failure,
  artifact_fetch_failed,
  image_pull_failed,
  new_build,  // in the deploy's end: replaced by a newer build
  evicted     // in the failure: with the reason for the eviction
};
constexpr auto words(Cause) {
  return std::to_array<std::string_view>(
      {"none", "pipeline_minutes_exhausted", "branch_deleted", "suspender_added", "service_suspended",
       "server_hardware_failure", "artifact_fetch_failed", "image_pull_failed", "new_build", "evicted"});
}

/// Settings that become a service's `serviceDetails`. The model invents the others.
struct SeedDetails {
  std::optional<Runtime> runtime{};  // unset: node
  InstancePlan plan = InstancePlan::starter;
  Region region = Region::oregon;
  int instances = 1;
  std::optional<BuildFilter> build_filter{};
  std::optional<Autoscaling> autoscaling{};
  std::optional<NewDisk> disk{};
};

struct SeedService {
  std::string id;
  std::string name;
  model::ServiceType type = model::ServiceType::web_service;
  bool auto_deploy = true;
  bool after_checks = false;  // automatic deploys start after a commit's checks have passed
  bool suspended = false;
  bool stale = false;  // its live deploy is older than its links and variables
  bool image = false;  // image-backed: no build; an image cron job is live at once
  std::string environment;
  std::string health_check_path;
  std::string preview_of;  // a preview instance of that service
  SeedDetails details;
  Variables variables;
  Variables secret_files;
  Duration build = std::chrono::seconds(90);
  Duration pre_deploy{0};
  Duration start = std::chrono::seconds(15);
  Outcome outcome = Outcome::live;
  Cause cause = Cause::none;
  // Only for a model of a real workspace (from_workspace.h), never in an emulator's file.
  std::string live_deploy;  // id of the live deploy at the start; empty: invented
  bool never_live = false;  // there is no live deploy at the start
  std::string under_way;    // id of a deploy that starts at the beginning; empty: none
};

enum class Overlap { wait, override_ };
constexpr auto words(Overlap) {
  return std::to_array<std::string_view>({"wait", "override"});
}
enum class ListShape { wrapped, bare };
constexpr auto words(ListShape) {
  return std::to_array<std::string_view>({"wrapped", "bare"});
}
enum class DoubleLink { accepted, conflict, bad_request };  // 200, 409, 400
constexpr auto words(DoubleLink) {
  return std::to_array<std::string_view>({"accepted", "conflict", "bad_request"});
}

enum class SameName { accepted, conflict };  // a success, 409
constexpr auto words(SameName) {
  return std::to_array<std::string_view>({"accepted", "conflict"});
}
enum class EmptyValue { accepted, refused };  // a success, 400
constexpr auto words(EmptyValue) {
  return std::to_array<std::string_view>({"accepted", "refused"});
}
/// Values in a protected environment, for a key whose owner may not see them.
enum class ProtectedValues { shown, hidden, refused };  // in clear text, as ********, 403
constexpr auto words(ProtectedValues) {
  return std::to_array<std::string_view>({"shown", "hidden", "refused"});
}

enum class EnvironmentRead { started, requested };
constexpr auto words(EnvironmentRead) {
  return std::to_array<std::string_view>({"started", "requested"});
}

struct Behaviour {
  Overlap overlap = Overlap::wait;
  ListShape list_shape = ListShape::wrapped;  // of GET /env-groups
  DoubleLink double_link = DoubleLink::accepted;
  bool service_patch_links = false;  // PATCH {"envGroupIds": …}: true links, false is a 200 without effect
  bool strict_patch = false;         // an unknown field in PATCH is answered 400
  bool link_deploys = false;         // Render redeploys by itself when a link changes
  bool link_touches_group = false;   // a link change updates the group's updatedAt
  bool value_deploys = false;        // Render redeploys by itself when a value changes
  SameName same_name = SameName::accepted;       // a group with another one's name
  EmptyValue empty_value = EmptyValue::refused;  // as users report; Render does not document it
  ProtectedValues protected_values = ProtectedValues::shown;
  /// Whether a deploy gets the links and values of when it starts or of when it is requested.
  EnvironmentRead environment_read = EnvironmentRead::started;
  bool audit_log = false;  // the workspace's Render plan has one; otherwise 403
  int read_limit = 400;    // per minute
  int write_limit = 100;   // per minute
  int deploy_limit = 10;   // per minute and service
  int log_limit = 30;      // per minute; another window of the same size for a workspace's log stream
  int create_limit = 20;   // services per hour
  int domain_limit = 50;   // per hour
  Duration latency{0};
  Duration list_lag{0};       // until a deploy appears in the list of deploys
  Duration link_lag{0};       // until a lagging replica shows that a link was added or removed
  Duration value_lag{0};      // the same for a value that was set or unset
  bool link_flaps = false;    // some reads of groups reach a lagging replica, others one that is up to date
  bool list_repeats = false;  // lists contain every item twice, deploys also in an earlier state
};

enum class FaultKind { lose_answer, cut, late, delay, status, garbage, old_deploy, twice };
constexpr auto words(FaultKind) {
  return std::to_array<std::string_view>(
      {"lose_answer", "cut", "late", "delay", "status", "garbage", "old_deploy", "twice"});
}

struct Fault {
  std::string match;         // "POST /v1/services/*/deploys", "webhook deploy_ended"; "*" matches anything
  std::optional<int> nth;    // the nth matching request, from 1
  std::optional<int> every;  // every nth matching request
  FaultKind kind = FaultKind::cut;
  Duration delay{0};  // for FaultKind::delay and late
  int status = 0;
  std::optional<int> retry_after;  // seconds
};

struct Workspace {
  std::string api_key = "rnd_example";
  std::string owner_id = "tea-cexample0000000000000";
  std::string owner_name = "example";
  std::vector<SeedGroup> groups;
  std::vector<SeedService> services;
  std::vector<SeedProject> projects;
  std::vector<SeedEnvironment> environments;
  Behaviour behaviour;
  std::vector<Fault> faults;
};

}  // namespace envlink::emulator
