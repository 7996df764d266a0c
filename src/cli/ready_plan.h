#pragma once
// The plan that plan, apply and rehearse go by: made anew, or made earlier and written to a file. May that
// one be carried out now?

#include <optional>

#include "base/error.h"
#include "cli/options.h"
#include "cli/session.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_file.h"

namespace envlink::cli {

struct Beginning {
  Session session;
  std::optional<plan::PlanFile> file;
};

/// Opens the session; reads the plan's file where the command line names one. Reaches no network.
Result<Beginning> begin_planning(const Options& options);

struct PlanNow {
  plan::Plan plan;
  model::Workspace actual;  // that it was made from, or in which it still holds
};

/// Reads the workspace and makes the plan; one that was made earlier is held against what it rests on.
/// `closely`: the earlier one, too, with all that a model of the workspace is seeded from.
Result<PlanNow> plan_now(Beginning& beginning, const Options& options, bool closely = false);

/// Whether the plan is the one of --expect-hash, if one is expected.
Result<void> is_expected(const Beginning& beginning, const PlanNow& now, const Options& options);

}  // namespace envlink::cli
