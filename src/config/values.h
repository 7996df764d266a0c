#pragma once
// `values` of a group in envlink.yaml: where its values come from. No source is read here.

#include <optional>
#include <string_view>
#include <vector>

#include "model/desired.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {

/// An entry, or a list of them. No key is named by two of those that are read.
std::optional<std::vector<model::ValuesEntry>> read_values(const yaml::Node& node, std::string_view key,
                                                           yaml::Diagnostics& diagnostics);

}  // namespace envlink::config
