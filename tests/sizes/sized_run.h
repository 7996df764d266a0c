#pragma once
// A workspace of a given size, planned and rehearsed in virtual time: for benchmarks and tests of how
// envlink's cost grows with the workspace.

#include "emulator/workspace.h"
#include "engine/budget.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "request_floor.h"
#include "view/rehearsal.h"

namespace envlink::sizes {

/// Every service needs one link, which does not exist yet.
struct Sized {
  Work work;
  emulator::Workspace seed;
  model::Desired desired;
};
Sized sized(std::size_t services);

struct Planned {
  model::Workspace actual;
  engine::Budget budget;
  plan::Plan plan;
};
Planned planned(const Sized& made);

/// Reading, rollout and the check at the end.
view::Rehearsal rehearsed(const Sized& made, const Planned& planned);

std::size_t requests(const view::Rehearsal& told);

}  // namespace envlink::sizes
