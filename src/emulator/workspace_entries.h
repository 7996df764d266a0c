#pragma once
// The parts of the emulator's file, one at a time.

#include "emulator/workspace.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::emulator {

SeedGroup read_seed_group(const yaml::Node& node, yaml::Diagnostics& diagnostics);
SeedService read_seed_service(const yaml::Node& node, yaml::Diagnostics& diagnostics);
SeedEnvironment read_seed_environment(const yaml::Node& node, yaml::Diagnostics& diagnostics);
Behaviour read_behaviour(const yaml::Node& node, yaml::Diagnostics& diagnostics);
Fault read_fault(const yaml::Node& node, yaml::Diagnostics& diagnostics);

}  // namespace envlink::emulator
