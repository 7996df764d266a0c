#pragma once
// The emulator's WORKSPACE.yaml.

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/workspace.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"
#include "yaml/problem.h"

namespace envlink::emulator {

tl::expected<Workspace, std::vector<yaml::Problem>> parse_workspace(std::string_view text);

}  // namespace envlink::emulator
