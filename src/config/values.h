#pragma once
// `values` of a group in envlink.yaml: where its values come from. Sources are not read here.

#include <optional>
#include <string_view>
#include <vector>

#include "model/desired.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {

/// Reads an entry or a list of them. No key belongs to two of the entries returned.
std::optional<std::vector<model::ValuesEntry>> read_values(const yaml::Node& node, std::string_view key,
                                                           yaml::Diagnostics& diagnostics);

}  // namespace envlink::config
