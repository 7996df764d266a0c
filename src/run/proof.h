#pragma once
// The proof after a run: the workspace is read again and compared with what was wanted.

#include "engine/rollout.h"
#include "model/desired.h"
#include "run/context.h"

namespace envlink::run {

/// Proves a rollout without failures. Services that the plan keeps in an unknown state may stay unknown. A
/// reading may lag: it is repeated if a later one may show more.
model::Outcome prove(Context& context, model::Desired wanted, const engine::Rollout& rollout);

/// The wait until every replica must show the run's links.
Wait until_links_show();

/// For an interrupted reading or wait after a run: the error must not say that nothing was written.
Error after_writing(Error error);

}  // namespace envlink::run
