#pragma once
// A deploy and the meaning of its status.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace envlink::model {

/// Render's eleven, and two for statuses that Render may add: names that end in `_failed`, and any other.
enum class DeployStatus {
  created,
  queued,
  build_in_progress,
  pre_deploy_in_progress,
  update_in_progress,
  live,
  deactivated,  // was live, then replaced by a newer deploy
  build_failed,
  pre_deploy_failed,
  update_failed,
  canceled,
  unknown_failed,
  unknown_running,
};

enum class DeployClass { running, live, superseded, failed, canceled };

std::string_view to_string(DeployStatus status);
DeployStatus deploy_status_from(std::string_view text);
DeployClass class_of(DeployStatus status);
inline bool is_running(DeployStatus status) {
  return class_of(status) == DeployClass::running;
}

struct Deploy {
  DeployId id;
  DeployStatus status = DeployStatus::unknown_running;
  std::string status_text;  // as Render wrote it
  std::string trigger;      // api, new_commit, service_updated, …; as Render wrote it
  std::optional<Time> created;
  std::optional<Time> started;
  std::optional<Time> finished;

  bool operator==(const Deploy&) const = default;
};

/// Whether snapshot `one` of a deploy was taken after snapshot `other`, by their statuses. A deploy never
/// returns to an earlier status.
bool is_later_snapshot(const Deploy& one, const Deploy& other);

/// The live deploy; nullptr: none of these is.
const Deploy* live_of(const std::vector<Deploy>& deploys);

/// It is unknown whether Render fixes a deploy's environment when it is requested or when it starts; it does
/// so between these two times: the earlier of created and started, and the end, or else the start.
std::optional<Time> began(const Deploy& deploy);
std::optional<Time> environment_read_by(const Deploy& deploy);
/// Since when it is live; unset: not in the reply.
inline std::optional<Time> went_live(const Deploy& deploy) {
  return deploy.status == DeployStatus::live ? deploy.finished : std::nullopt;
}

}  // namespace envlink::model
