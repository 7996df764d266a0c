#pragma once
// The plan that plan, apply and rehearse go by: made anew, or made earlier and written to a file. May that
// one be carried out now?

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "cli/session.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_file.h"

namespace envlink::cli {

/// Where a plan comes from. The options of plan, apply and rehearse are derived from it.
struct PlanSource : CommonOptions {
  std::string plan_file;              // PLAN; empty: a plan is made
  std::string expect_hash;            // --expect-hash; empty: any plan will do
  std::vector<std::string> redeploy;  // --redeploy; "all": every service
};
Parameter plan_argument(PlanSource& source, std::string_view does);
Parameter redeploy_flag(PlanSource& source);
Parameter expect_hash_flag(PlanSource& source);
/// Whether what was given goes together.
Result<void> check(const PlanSource& source, std::string_view command);

struct Beginning {
  Session session;
  std::optional<plan::PlanFile> file;
};

/// Opens the session; reads the plan's file where the command line names one. Reaches no network.
Result<Beginning> begin_planning(const PlanSource& options);

struct PlanNow {
  plan::Plan plan;
  model::Workspace actual;  // that it was made from, or in which it still holds
};

/// Reads the workspace and makes the plan; one that was made earlier is held against what it rests on.
/// `closely`: the earlier one, too, with all that a model of the workspace is seeded from.
Result<PlanNow> plan_now(Beginning& beginning, const PlanSource& options, bool closely = false);

/// Whether the plan is the one of --expect-hash, if one is expected.
Result<void> is_expected(const Beginning& beginning, const PlanNow& now, const PlanSource& options);

}  // namespace envlink::cli
