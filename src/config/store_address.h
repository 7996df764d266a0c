#pragma once
// `store` in envlink.yaml: the address of the database that a team shares. Its parameters are checked where
// they are used (postgres/address.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/place.h"
#include "yaml/mapping_reader.h"
#include "yaml/problem.h"

namespace envlink::config {

/// postgres://… or postgresql://…, at most 2 KiB, without a password: the file is for everybody.
std::optional<SourceString> read_store(const yaml::Node& node, std::string_view key,
                                       yaml::Diagnostics& diagnostics);

/// `store` of a file, for commands that use nothing else of it: other problems do not count.
tl::expected<std::optional<std::string>, std::vector<yaml::Problem>> store_in(std::string_view text);

}  // namespace envlink::config
