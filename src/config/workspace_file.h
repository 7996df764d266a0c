#pragma once
// The emulator's WORKSPACE.yaml.

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>
#include "config/problem.h"
#include "emulator/workspace.h"

namespace envlink::config {

tl::expected<emulator::Workspace, std::vector<Problem>> parse_workspace(std::string_view text);

}  // namespace envlink::config
