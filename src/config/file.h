#pragma once
// envlink.yaml. All problems of a file are reported together.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/error.h"
#include "model/desired.h"
#include "yaml/problem.h"

namespace envlink::config {

/// Reads a whole text file; nullopt if it does not exist.
using ReadFile = std::function<Result<std::optional<std::string>>(const std::string& path)>;

/// `read` opens what `require_from` names, relative to the file `name`; without it those keys are left out.
tl::expected<model::Desired, std::vector<yaml::Problem>> parse_file(std::string_view text,
                                                                    const std::string& name,
                                                                    const ReadFile& read = {});

}  // namespace envlink::config
