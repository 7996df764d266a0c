#pragma once
// Does what runs carry what is linked? Judged from what the API tells and what the journal remembers.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/workspace.h"
#include "plan/links.h"

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

struct Judgement {
  Freshness freshness = Freshness::unknown;
  std::string because;  // one clause
};

/// `groups`: those that the file links to the service.
Judgement judge(const model::Service& service, std::span<const model::Group* const> groups,
                const model::Workspace& actual, const Links& links);
/// For one service alone: walks through all links.
Judgement judge(const model::Service& service, std::span<const model::Group* const> groups,
                const model::Workspace& actual, const std::vector<RememberedLink>& remembered);

}  // namespace envlink::plan
