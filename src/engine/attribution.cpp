#include "engine/attribution.h"

#include <algorithm>

namespace envlink::engine {
namespace {

// The Date header has whole seconds.
constexpr Duration whole_second = std::chrono::seconds(1);

bool contains(const std::vector<DeployId>& ids, const DeployId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Whether the request may have made this deploy. A list may show an older deploy late.
bool may_come_of(const model::Deploy& deploy, const Before& before, std::string_view trigger) {
  const std::optional<Time> since = began(deploy);
  if (deploy.trigger == trigger) return !before.time || !since || *since >= *before.time;
  // Another deploy that began later has the links too, but only a rollback goes back.
  return trigger != "rollback" && before.time && since && *since >= *before.time + whole_second;
}

int rank_requested(const model::Deploy& deploy, std::string_view trigger) {
  const bool gone = class_of(deploy.status) == model::DeployClass::canceled;
  return (gone ? 0 : 2) + (deploy.trigger == trigger ? 1 : 0);
}

int rank_successor(const model::Deploy& deploy) {
  switch (class_of(deploy.status)) {
    case model::DeployClass::live:
      return 3;
    case model::DeployClass::running:
      return 2;
    case model::DeployClass::superseded:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

const model::Deploy* already_carries(const Deploys& deploys, const std::vector<DeployId>& known,
                                     Time read_back) {
  for (const model::Deploy& deploy : deploys) {
    if (contains(known, deploy.id)) continue;
    const model::DeployClass outcome = class_of(deploy.status);
    if (outcome != model::DeployClass::live && outcome != model::DeployClass::running) continue;
    const std::optional<Time> since = began(deploy);
    if (since && *since >= read_back + whole_second) return &deploy;
  }
  return nullptr;
}

bool was_there(const model::Deploy& deploy, const Before& before) {
  const std::optional<Time> since = began(deploy);
  return contains(before.deploys, deploy.id) || (before.time && since && *since < *before.time);
}

const model::Deploy* find_requested(const Deploys& deploys, const Before& before, std::string_view trigger) {
  const model::Deploy* best = nullptr;
  for (const model::Deploy& deploy : deploys) {
    if (contains(before.deploys, deploy.id) || !may_come_of(deploy, before, trigger)) continue;
    if (best == nullptr || rank_requested(deploy, trigger) > rank_requested(*best, trigger)) best = &deploy;
  }
  return best;
}

const model::Deploy* newly_shown(const Deploys& deploys, const Before& before) {
  const auto found = std::find_if(deploys.begin(), deploys.end(), [&](const model::Deploy& deploy) {
    const model::DeployClass outcome = class_of(deploy.status);
    return !contains(before.deploys, deploy.id) &&
           (outcome == model::DeployClass::live || outcome == model::DeployClass::running);
  });
  return found == deploys.end() ? nullptr : &*found;
}

const model::Deploy* successor_of(const Deploys& deploys, const model::Deploy& ours) {
  const auto own = std::find_if(deploys.begin(), deploys.end(),
                                [&](const model::Deploy& deploy) { return deploy.id == ours.id; });
  const model::Deploy* best = nullptr;
  for (auto newer = deploys.begin(); newer != own; ++newer) {
    if (own == deploys.end() && newer->created && ours.created && *newer->created < *ours.created) continue;
    if (best == nullptr || rank_successor(*newer) > rank_successor(*best)) best = &*newer;
  }
  return best;
}

}  // namespace envlink::engine
