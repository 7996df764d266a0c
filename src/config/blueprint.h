#pragma once
// What a Blueprint (render.yaml) says about environment groups and the services that use them. Unknown keys
// are ignored; values of variables are not read.

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
  std::vector<std::string> ignored;  // keys that Render does not create: `sync: false` only works in services
  int again_in = 0;                  // a line that defines the name again; 0: none
};

struct BlueprintService {
  SourceString name;
  model::ServiceType type = model::ServiceType::unknown;
  std::string type_text;              // as written in the file
  std::string environment;            // in a project; empty: none
  std::vector<SourceString> groups;   // fromGroup, each once
  std::vector<SourceString> sources;  // fromService, each service once
};

struct Blueprint {
  std::vector<BlueprintGroup> groups;
  std::vector<BlueprintService> services;   // two environments may each have one of the same name
  std::vector<std::string> stores;          // Key Value and Postgres, which envlink does not manage
  std::vector<BlueprintService> workflows;  // not managed either: a workflow is released, not deployed
};

/// From the root, `ungrouped`, `projects[]` and their `environments[]`.
tl::expected<Blueprint, std::vector<yaml::Problem>> parse_blueprint(std::string_view text);

}  // namespace envlink::config
