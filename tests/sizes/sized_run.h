#pragma once
// A workspace of some size, planned and rehearsed: for figures and tests of what envlink costs as workspaces
// grow. In virtual time.

#include "emulator/workspace.h"
#include "engine/budget.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "request_floor.h"
#include "view/rehearsal.h"

namespace envlink::sizes {

/// Every service lacks its one link.
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

/// Reading, rollout and proof.
view::Rehearsal rehearsed(const Sized& made, const Planned& planned);

std::size_t requests(const view::Rehearsal& told);

}  // namespace envlink::sizes
