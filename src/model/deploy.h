#pragma once
// A deploy and the meaning of its status.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace envlink::model {

/// Render's eleven, and two for what Render may add: a name that ends in `_failed`, and any other.
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

/// Of two snapshots of one deploy: was `one` taken later than `other`, by its status? None goes back to a
/// status that it has left.
bool is_later_snapshot(const Deploy& one, const Deploy& other);

/// The deploy that serves; nullptr: none of these does.
const Deploy* live_of(const std::vector<Deploy>& deploys);

/// Whether Render fixes the environment of a deploy when it is asked for or when it starts is not known: it
/// does so between these two. The earlier of created and started; and when it ended, or at least started.
std::optional<Time> began(const Deploy& deploy);
std::optional<Time> environment_read_by(const Deploy& deploy);
/// Since when a live one serves; unset: the reply does not tell.
inline std::optional<Time> went_live(const Deploy& deploy) {
  return deploy.status == DeployStatus::live ? deploy.finished : std::nullopt;
}

}  // namespace envlink::model
