#pragma once
// A deploy that the rollout itself watched until it was live is not listed again for the proof.

#include "base/time.h"
#include "model/deploy.h"

namespace envlink::engine {

/// A deploy that this process watched until it was live.
struct SeenLive {
  model::Deploy deploy;
  Time at{};  // by Render's clock, in whole seconds
};

/// How long that observation counts as evidence. Render's limits alone make a rollout of a thousand services
/// take eleven minutes, and its report should not rest on anything much older.
constexpr Duration look_counts_for = std::chrono::minutes(15);

}  // namespace envlink::engine
