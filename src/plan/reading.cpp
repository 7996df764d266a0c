#include "plan/reading.h"

#include <algorithm>

#include "plan/differences.h"
#include "plan/freshness.h"
#include "plan/links.h"

namespace envlink::plan {

std::vector<std::size_t> services_to_read(const model::Desired& desired, const Match& matched,
                                          const model::Workspace& actual) {
  const std::vector<LinkChange> changes = differences(desired, matched, actual, Links(actual, {})).changes;
  std::vector<std::size_t> services;
  for (std::size_t i = 0; i < desired.services.size(); ++i) {
    if (matched.services[i] == nullptr) continue;
    const bool relinked = std::ranges::binary_search(changes, i, {}, &LinkChange::service);
    const auto groups = groups_after(desired, matched, actual, i);
    if (relinked || !desired.services[i].require.empty() ||
        judge(*matched.services[i], groups, actual, {}).freshness == Freshness::stale) {
      services.push_back(i);
    }
  }
  return services;
}

}  // namespace envlink::plan
