#pragma once
// What envlink.yaml asks for, with the place of each wish so that a finding can point at it.

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "model/service.h"

namespace envlink::model {

struct Word {
  std::string text;
  Place place;
  bool operator==(const Word&) const = default;
};

struct VariableCount {
  int number = 0;
  bool at_least = false;  // {min: 39}
  Place place;
  bool operator==(const VariableCount&) const = default;
};

struct DesiredGroup {
  Word name;               // a name, or an id used as one
  std::optional<Word> id;  // asserted: must belong to the name
  std::optional<VariableCount> variables;
  std::vector<Word> require;
  bool operator==(const DesiredGroup&) const = default;
};

struct DesiredService {
  Word name;
  std::optional<Word> id;
  std::optional<ServiceType> type;
  Place type_place;
  std::vector<Word> link;     // keys of `groups`
  std::vector<Word> after;    // keys of `services`
  std::vector<Word> require;  // through a linked group or its own variables
  bool operator==(const DesiredService&) const = default;
};

enum class Unmanaged { keep, report, remove };
enum class Order { dependencies, listed };
enum class Gate { started, live, healthy };
enum class OnFailure { halt, continue_, rollback };  // rollback halts first
enum class DeployChoice { automatic, rebuild, deploy_only };
enum class LinkMethod { env_group, service_patch };

struct RolloutSettings {
  Order order = Order::dependencies;
  Gate gate = Gate::live;
  int max_parallel = 8;
  OnFailure on_failure = OnFailure::halt;
  DeployChoice deploy = DeployChoice::automatic;
  Duration poll_interval = std::chrono::seconds(10);  // upper bound between two looks at a deploy
  Duration timeout = std::chrono::minutes(10);        // per deploy
  bool operator==(const RolloutSettings&) const = default;
};

struct ApiSettings {
  LinkMethod link_method = LinkMethod::env_group;
  Duration min_interval{0};  // between the starts of any two requests
  int retries = 3;
  Duration backoff = std::chrono::seconds(2);  // doubles each time
  bool operator==(const ApiSettings&) const = default;
};

struct Desired {
  std::string file;  // as the user named it
  std::optional<Word> workspace;
  std::vector<DesiredGroup> groups;
  std::vector<DesiredService> services;  // in the file's order
  Unmanaged unmanaged = Unmanaged::report;
  RolloutSettings rollout;
  ApiSettings api;
  bool operator==(const Desired&) const = default;
};

}  // namespace envlink::model
