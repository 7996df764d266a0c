#pragma once
// A plan that was agreed to: journal, rollout, outcome and proof.

#include "cli/options.h"
#include "cli/session.h"
#include "journal/journal.h"
#include "plan/plan.h"

namespace envlink::cli {

/// Answers with the exit code. The workspace's lock must be held.
int carry_out(Session& session, const plan::Plan& plan, journal::Journal& journal, const Options& options);

}  // namespace envlink::cli
