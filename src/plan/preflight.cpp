#include "plan/preflight.h"

#include <algorithm>

namespace envlink::plan {

std::vector<Finding> preflight(const PreflightInput& in) {
  std::vector<Finding> findings;
  std::vector<Check*> done;
  for (const FindingKind& kind : finding_kinds()) {
    if (kind.check == nullptr || std::ranges::find(done, kind.check) != done.end()) continue;
    kind.check(in, findings);
    done.push_back(kind.check);
  }
  return findings;
}

}  // namespace envlink::plan
