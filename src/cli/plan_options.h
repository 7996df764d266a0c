#pragma once
// What plan, apply and rehearse can be told of the plan that they go by: made anew, or made earlier and
// written to a file.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "cli/session.h"
#include "run/plan_source.h"

namespace envlink::cli {

/// Where a plan comes from. The options of plan, apply and rehearse are derived from it.
struct PlanOptions : CommonOptions {
  std::string plan_file;              // PLAN; empty: a plan is made
  std::string expect_hash;            // --expect-hash; empty: any plan will do
  std::vector<std::string> redeploy;  // --redeploy; "all": every service
  std::vector<std::string> only;      // --only; empty: every service of the file
};
Parameter plan_argument(PlanOptions& source, std::string_view does);
Parameter redeploy_flag(PlanOptions& source);
Parameter only_flag(PlanOptions& source);
Parameter expect_hash_flag(PlanOptions& source);
/// Whether what was given goes together.
Result<void> check(const PlanOptions& source);

struct Planning {
  Session session;
  run::PlanSource source;
};

/// Whether the sources of values that the file names are read.
enum class Values { read, left };

/// Opens the session; reads the plan's file where the command line names one. Reaches no network, unless a
/// command does that the file takes values from.
Result<Planning> begin_planning(const PlanOptions& options, Values values);

}  // namespace envlink::cli
