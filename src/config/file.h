#pragma once
// envlink.yaml. Every problem of a file is reported in one go.

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>
#include "config/problem.h"
#include "config/requirements.h"
#include "model/desired.h"

namespace envlink::config {

constexpr std::size_t max_file_size = std::size_t{4} * 1024 * 1024;

/// `read` opens what `require_from` names, beside the file `name`; without it those keys are left out.
tl::expected<model::Desired, std::vector<Problem>> parse_file(std::string_view text, const std::string& name,
                                                              const ReadFile& read = {});

}  // namespace envlink::config
