#pragma once
// The head of the live block: how far it is, how long it will take, what the rate limits still allow. Pure.

#include <string>
#include <vector>

#include "view/live_frame.h"
#include "view/rollout_status.h"

namespace envlink::view {

struct HeadParts {
  const plan::Plan& plan;
  const engine::Progress& progress;
  const RolloutStatus& board;
  const Allowance& allowance;
  Time now{};
  const Style& style;
};

/// One line, and a second one while the rollout goes on.
std::vector<std::string> live_frame_head(const HeadParts& parts);

}  // namespace envlink::view
