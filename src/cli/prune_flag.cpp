#include "cli/prune_flag.h"

#include <cstddef>

namespace envlink::cli {

Parameter prune_at_most_flag(std::int64_t& most, std::string_view does) {
  return {.names = "--prune-at-most",
          .value = "N",
          .target = &most,
          .does = does,
          .range = {{0, 1e6}},
          .wrong = usage_error("--prune-at-most needs a number", "Example: --prune-at-most 2")};
}

run::PruneLimit prune_limit(std::int64_t most, const CommonOptions& options) {
  run::PruneLimit limit{.unseen = options.yes};
  if (most >= 0) limit.at_most = static_cast<std::size_t>(most);
  return limit;
}

}  // namespace envlink::cli
