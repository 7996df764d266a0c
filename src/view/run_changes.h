#pragma once
// What a run was to change, in numbers.

#include <cstddef>
#include <string>

#include "plan/plan.h"

namespace envlink::view {

struct RunChanges {
  std::size_t groups = 0;  // created
  std::size_t values = 0;  // set or unset
  std::size_t links = 0;   // added or removed
  std::size_t deploys = 0;
};

RunChanges changes_of(const plan::Plan& plan);

/// "2 values, 9 links". Deploys only if nothing else changes.
std::string changes_text(const RunChanges& changes);

}  // namespace envlink::view
