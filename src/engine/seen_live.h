#pragma once
// A deploy that the rollout itself watched until it was live is not listed again for the proof.

#include "base/time.h"
#include "model/deploy.h"

namespace envlink::engine {

struct SeenLive {
  model::Deploy deploy;
  Time at{};  // by Render's clock, in whole seconds
};

/// How long that observation counts. With Render's limits, a rollout of a thousand services takes eleven
/// minutes; its proof should not rest on anything much older.
constexpr Duration look_counts_for = std::chrono::minutes(15);

}  // namespace envlink::engine
