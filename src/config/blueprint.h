#pragma once
// What a Blueprint (render.yaml) says about environment groups and the services that use them. What envlink
// does not know is passed over; values of variables are not looked at.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "config/problem.h"
#include "model/desired.h"
#include "model/service.h"

namespace envlink::config {

struct BlueprintGroup {
  model::SourceString name;
  std::vector<std::string> keys;
  int again_in = 0;  // a line that defines the name once more; 0: none does
};

struct BlueprintService {
  model::SourceString name;
  model::ServiceType type = model::ServiceType::unknown;
  std::string type_text;                     // as the file says it
  std::vector<model::SourceString> groups;   // fromGroup, each once
  std::vector<model::SourceString> sources;  // fromService, each service once
};

struct Blueprint {
  std::vector<BlueprintGroup> groups;
  std::vector<BlueprintService> services;
  std::vector<std::string> stores;  // Key Value and Postgres: no services of envlink
};

/// From the root, `ungrouped` and `projects[].environments[]`.
tl::expected<Blueprint, std::vector<Problem>> parse_blueprint(std::string_view text);

}  // namespace envlink::config
