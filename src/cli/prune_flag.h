#pragma once
// --prune-at-most: without a prompt, commands need it to remove variables that have no source.

#include <cstdint>
#include <string_view>

#include "cli/command.h"
#include "run/prune.h"

namespace envlink::cli {

/// `most`: -1 without the flag.
Parameter prune_at_most_flag(std::int64_t& most, std::string_view does);
run::PruneLimit prune_limit(std::int64_t most, const CommonOptions& options);

}  // namespace envlink::cli
