#pragma once
// `require` and `require_from`: which variables must be there, and what their values must be.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {

/// Reads a whole text file; nullopt when it is not there.
using ReadFile = std::function<Result<std::optional<std::string>>(const std::string& path)>;

/// [DATABASE_URL, PORT: number]
std::vector<model::Requirement> read_requirements(const yaml::Node& node, yaml::Diagnostics& diagnostics);

/// Adds the keys of the service's dotenv file to what it requires. `file`: envlink.yaml, beside which it
/// lies.
void add_required_from(model::DesiredService& service, const std::string& file, const ReadFile& read,
                       yaml::Diagnostics& diagnostics);

}  // namespace envlink::config
