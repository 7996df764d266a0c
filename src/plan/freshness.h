#pragma once
// Does what runs carry what is linked? Judged from what the API tells and what the journal remembers.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/words.h"
#include "plan/context.h"

namespace envlink::plan {

/// live: the running deploy began after every linked group last changed, as far as can be told.
/// stale: it began before. staged: a link is missing. deploying: a deploy is under way.
/// unknown: nothing tells.
enum class Freshness { live, stale, staged, deploying, unknown };
constexpr auto words(Freshness) {
  return std::to_array<std::string_view>({"live", "stale", "staged", "deploying", "unknown"});
}
constexpr std::string_view to_string(Freshness freshness) {
  return word(freshness);
}

struct Assessment {
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
};

/// `groups`: those that the file links to the service. `relinked`: when the journal remembers the last change
/// of the links that count.
Assessment assess_freshness(const Context& context, const model::Service& service,
                            std::span<const model::Group* const> groups, std::optional<Time> relinked);

}  // namespace envlink::plan
