#pragma once
// What a rollout saw live itself need not be listed again for its proof.

#include "base/time.h"
#include "model/deploy.h"

namespace envlink::engine {

/// A deploy that this process watched until it was live.
struct SeenLive {
  model::Deploy deploy;
  Time at{};  // by Render's clock, in whole seconds
};

/// That long it stands for what runs. A rollout of a thousand services takes eleven minutes, for Render's
/// limits alone; what is told after it rests on nothing that is much older.
constexpr Duration look_counts_for = std::chrono::minutes(15);

}  // namespace envlink::engine
