#pragma once
// The settings of a service in an emulator's file that become its `serviceDetails`.

#include "emulator/workspace.h"
#include "yaml/document.h"
#include "yaml/mapping_reader.h"

namespace envlink::emulator {

/// Reads them from the service `node`, whose type and `image` have been read. `section` reads the same node.
void read_details(const yaml::Node& node, yaml::MappingReader& section, SeedService& service,
                  yaml::Diagnostics& diagnostics);

}  // namespace envlink::emulator
