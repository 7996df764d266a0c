#pragma once
// The proof behind a run: the workspace, read again, is held against what was wanted.

#include "engine/rollout.h"
#include "model/desired.h"
#include "run/context.h"

namespace envlink::run {

/// Of a rollout in which nothing failed. What it was to keep although nobody knows it may stay unknown. A
/// reading may lag: it is repeated where a later one may show more.
model::Outcome prove(Context& context, model::Desired wanted, const engine::Rollout& rollout);

/// Until every replica must show what a run linked.
Wait until_links_show();

/// Of a reading or a wait that was interrupted: it wrote nothing, and the run had.
Error after_writing(Error error);

}  // namespace envlink::run
