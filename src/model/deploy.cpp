#include "model/deploy.h"

#include <algorithm>
#include <array>

namespace envlink::model {
namespace {

struct StatusFacts {
  DeployStatus status;
  std::string_view name;
  DeployClass meaning;
};
constexpr std::array<StatusFacts, 13> statuses = {{
    {DeployStatus::created, "created", DeployClass::running},
    {DeployStatus::queued, "queued", DeployClass::running},
    {DeployStatus::build_in_progress, "build_in_progress", DeployClass::running},
    {DeployStatus::pre_deploy_in_progress, "pre_deploy_in_progress", DeployClass::running},
    {DeployStatus::update_in_progress, "update_in_progress", DeployClass::running},
    {DeployStatus::live, "live", DeployClass::live},
    {DeployStatus::deactivated, "deactivated", DeployClass::superseded},
    {DeployStatus::build_failed, "build_failed", DeployClass::failed},
    {DeployStatus::pre_deploy_failed, "pre_deploy_failed", DeployClass::failed},
    {DeployStatus::update_failed, "update_failed", DeployClass::failed},
    {DeployStatus::canceled, "canceled", DeployClass::canceled},
    {DeployStatus::unknown_failed, "unknown_failed", DeployClass::failed},
    {DeployStatus::unknown_running, "unknown_running", DeployClass::running},
}};

const StatusFacts& facts_of(DeployStatus status) {
  const auto found = std::ranges::find(statuses, status, &StatusFacts::status);
  return found == statuses.end() ? statuses.back() : *found;
}

}  // namespace

std::string_view to_string(DeployStatus status) {
  return facts_of(status).name;
}

DeployClass class_of(DeployStatus status) {
  return facts_of(status).meaning;
}

DeployStatus deploy_status_from(std::string_view text) {
  const auto found = std::ranges::find(statuses, text, &StatusFacts::name);
  if (found != statuses.end()) return found->status;
  return text.ends_with("_failed") ? DeployStatus::unknown_failed : DeployStatus::unknown_running;
}

bool is_later_snapshot(const Deploy& one, const Deploy& other) {
  // Render's own statuses, in the order of the enumeration.
  const auto how_far = [](const Deploy& deploy) {
    return deploy.status == DeployStatus::unknown_running ? -1 : static_cast<int>(deploy.status);
  };
  return how_far(one) > how_far(other);
}

const Deploy* live_of(const std::vector<Deploy>& deploys) {
  const auto live = std::find_if(deploys.begin(), deploys.end(),
                                 [](const Deploy& deploy) { return deploy.status == DeployStatus::live; });
  return live == deploys.end() ? nullptr : &*live;
}

std::optional<Time> began(const Deploy& deploy) {
  if (deploy.created && deploy.started) return std::min(*deploy.created, *deploy.started);
  return deploy.created ? deploy.created : deploy.started;
}

std::optional<Time> environment_read_by(const Deploy& deploy) {
  return deploy.finished ? deploy.finished : deploy.started;
}

}  // namespace envlink::model
