#pragma once
// What a Blueprint (render.yaml) says about environment groups and the services that use them. What envlink
// does not know is passed over; values of variables are not looked at.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "model/desired.h"
#include "model/service.h"
#include "yaml/problem.h"

namespace envlink::config {

struct BlueprintGroup {
  SourceString name;
  std::vector<std::string> keys;
  std::vector<std::string>
      ignored;       // keys that Render does not create: `sync: false` counts in services only
  int again_in = 0;  // a line that defines the name once more; 0: none does
};

struct BlueprintService {
  SourceString name;
  model::ServiceType type = model::ServiceType::unknown;
  std::string type_text;              // as the file says it
  std::string environment;            // of a project; empty: none
  std::vector<SourceString> groups;   // fromGroup, each once
  std::vector<SourceString> sources;  // fromService, each service once
};

struct Blueprint {
  std::vector<BlueprintGroup> groups;
  std::vector<BlueprintService> services;   // two environments may each have one of the same name
  std::vector<std::string> stores;          // Key Value and Postgres: no services of envlink
  std::vector<BlueprintService> workflows;  // nor are these: a workflow is released, and not deployed
};

/// From the root, `ungrouped`, `projects[]` and their `environments[]`.
tl::expected<Blueprint, std::vector<yaml::Problem>> parse_blueprint(std::string_view text);

}  // namespace envlink::config
