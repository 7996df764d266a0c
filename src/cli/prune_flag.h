#pragma once
// --prune-at-most, which a command without a question needs to unset what no source names.

#include <cstdint>
#include <string_view>

#include "cli/command.h"
#include "run/prune.h"

namespace envlink::cli {

/// `most`: -1 where it is not given.
Parameter prune_at_most_flag(std::int64_t& most, std::string_view does);
run::PruneLimit prune_limit(std::int64_t most, const CommonOptions& options);

}  // namespace envlink::cli
