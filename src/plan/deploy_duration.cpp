#include "plan/deploy_duration.h"

#include <algorithm>

namespace envlink::plan {

std::optional<Duration> expected_duration(const std::vector<model::Deploy>& newest_first, bool rebuild) {
  if (!rebuild) return std::nullopt;
  std::vector<Duration> spans;
  for (const model::Deploy& deploy : newest_first) {
    const model::DeployClass outcome = class_of(deploy.status);
    if (outcome != model::DeployClass::live && outcome != model::DeployClass::superseded) continue;
    const std::optional<Time> from = began(deploy);
    if (!from || !deploy.finished || *deploy.finished < *from) continue;
    spans.push_back(*deploy.finished - *from);
    if (spans.size() == 5) break;
  }
  if (spans.empty()) return std::nullopt;
  const auto middle = spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2);
  std::nth_element(spans.begin(), middle, spans.end());
  return *middle;
}

}  // namespace envlink::plan
