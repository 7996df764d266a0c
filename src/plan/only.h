#pragma once
// --only: a plan for some services of the file. Pure. The plan is made for the whole file and then cut down:
// a file without the other services would say that their groups and links are not managed.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "model/workspace.h"
#include "plan/plan.h"
#include "plan/plan_options.h"

namespace envlink::plan {

/// A usage error if a word names no service of the file. A word that may be a name or an id which only Render
/// knows passes.
Result<void> check_only(const model::Desired& file, const std::vector<std::string>& words);

/// The plan for the services that the words name: by name or id, or by a pattern (fits_glob) for names in the
/// file. Services with changes come with them if one of them that has changes comes after: the order must
/// hold. All other changes are left out, and so are findings about the services that have them.
///
/// A service that Render does not have is an error only if a word names it, or if a service with changes that
/// a word names comes after it.
///
/// A usage error if a word names no service, or several without being a pattern; or if `options.redeploy`
/// names a service that is left out. `options.redeploy_all`: every service that the words name.
Result<Plan> make_plan_only(const model::Desired& file, const model::Workspace& actual,
                            const std::vector<std::string>& words, const PlanOptions& options);

/// The plan without the services that are not taken, by index.
Plan cut_down(const Plan& whole, const std::vector<bool>& taken);

/// " --only web 'api-*'", to repeat a command for the same services; empty: the plan is of the whole
/// file.
std::string only_flags(const Plan& plan);

}  // namespace envlink::plan
