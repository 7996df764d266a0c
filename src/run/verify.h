#pragma once
// Reads the workspace and holds it against what is wanted.

#include "model/desired.h"
#include "plan/verification.h"
#include "run/context.h"

namespace envlink::run {

/// `health`: also asks the health paths of the services. A verification with no step `health` was not asked
/// to, and a link history that cannot be read is reported and passed over.
Result<plan::Verification> verify(Context& context, const model::Desired& wanted, bool health = false);

}  // namespace envlink::run
