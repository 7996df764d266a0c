#pragma once
// Options of plan, apply and rehearse about their plan: a new one, or one from a file.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "cli/session.h"
#include "run/plan_source.h"

namespace envlink::cli {

/// Where a plan comes from. Base of the options of plan, apply and rehearse.
struct PlanOptions : CommonOptions {
  std::string plan_file;              // PLAN; empty: make a new plan
  std::string expect_hash;            // --expect-hash; empty: accept any plan
  std::vector<std::string> redeploy;  // --redeploy; "all": every service
  std::vector<std::string> only;      // --only; empty: every service of the file
};
Parameter plan_argument(PlanOptions& source, std::string_view does);
Parameter redeploy_flag(PlanOptions& source);
Parameter only_flag(PlanOptions& source);
Parameter expect_hash_flag(PlanOptions& source);
/// Checks that the options do not contradict each other.
Result<void> check(const PlanOptions& source);

struct Planning {
  Session session;
  run::PlanSource source;
};

/// Whether to read the values from the sources in the file.
enum class Values { read, left };

/// Opens the session, and reads the plan file if one is given. Does not use the network, except through
/// commands that the file takes values from.
Result<Planning> begin_planning(const PlanOptions& options, Values values);

}  // namespace envlink::cli
