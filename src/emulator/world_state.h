#pragma once
// What the World remembers. The other files of the room are functions on it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/words.h"
#include "emulator/windows.h"
#include "emulator/workspace.h"
#include "model/deploy.h"

namespace envlink::emulator {

struct Group {
  std::string id;
  std::string name;
  std::string environment;
  Variables variables;  // oldest first, as everything here; replies turn it round
  Variables secret_files;
  std::vector<std::size_t> links;  // indexes of services
  Time created{};
  Time updated{};
};

struct Service {
  SeedService seed;
  std::string slug;  // its name in addresses: no other service has it
  Time created{};
  Time updated{};
  std::vector<std::size_t> deploys;  // indexes, oldest first
  std::optional<std::size_t> live;   // index of the deploy that serves
  std::optional<std::size_t> running;
  std::optional<std::size_t> waiting;  // queued behind the running one
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
  std::string commit;     // its id; empty for an image
  std::string image_ref;  // empty for a commit
  Time created{};
  Time updated{};
  std::optional<Time> started;
  std::optional<Time> finished;
  Time phase_ends{};                // while it runs
  std::vector<std::string> groups;  // ids of those linked when it began to run

  void turns(model::DeployStatus into, Time at) {
    status = into;
    updated = at;
  }
};

struct WorldState {
  WorldState(Workspace workspace, Time start, double speed, unsigned seed);

  Behaviour behaviour;
  std::string bearer;  // the whole value of the Authorization header
  std::string owner_id;
  std::string owner_name;
  std::vector<Group> groups;
  std::vector<Service> services;
  std::vector<SeedEnvironment> environments;
  std::vector<Deploy> deploys;  // oldest first
  RateWindows windows;
  Time now{};
  double speed = 1.0;
  std::uint64_t seed = 1;
  std::uint64_t made = 0;  // identifiers and generated values so far
  int limited = 0;         // requests answered 429
  std::string health_base;
  std::chrono::sys_seconds dated{};  // what `date` tells
  std::string date;                  // the header of replies within this second

  std::optional<std::size_t> find_service(std::string_view id) const;
  std::optional<std::size_t> find_group(std::string_view id) const;
  std::optional<std::size_t> find_deploy(std::string_view id) const;
  bool is_linked(std::size_t group, std::size_t service) const;
  /// Ids of the groups linked to a service, oldest group first.
  std::vector<std::string> groups_of(std::size_t service) const;
  std::string new_id(std::string_view prefix);
  /// How long a build, pre-deploy or start takes here: divided by `speed`, bounded.
  Duration scaled(Duration span) const;
  std::string url_of(const Service& service) const;
};

/// True when the link was not so before. Plays what Behaviour says a change of links brings about.
bool set_link(WorldState& world, std::size_t group, std::size_t service, bool linked);

}  // namespace envlink::emulator
