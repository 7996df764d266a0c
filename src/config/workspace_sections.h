#pragma once
// The parts of the emulator's file, one at a time.

#include "config/report.h"
#include "config/yaml.h"
#include "emulator/workspace.h"

namespace envlink::config {

emulator::SeedGroup read_seed_group(const yaml::Node& node, Report& report);
emulator::SeedService read_seed_service(const yaml::Node& node, Report& report);
emulator::SeedEnvironment read_seed_environment(const yaml::Node& node, Report& report);
emulator::Behaviour read_behaviour(const yaml::Node& node, Report& report);
emulator::Fault read_fault(const yaml::Node& node, Report& report);

}  // namespace envlink::config
