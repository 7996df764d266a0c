#pragma once
// A plan that was made earlier and written to a file: may it be carried out now?

#include "base/error.h"
#include "cli/options.h"
#include "cli/session.h"
#include "plan/plan_file.h"

namespace envlink::cli {

/// Reads the file and holds it against its own hash and --expect-hash. Reaches no network.
Result<plan::PlanFile> load_plan(const Options& options);

/// The error of a plan whose hash is not the one of --expect-hash; nothing where it is, or none is expected.
Result<void> expected_hash(const std::string& sha256, const Options& options);

/// Reads the workspace and holds it against what the plan rests on.
tl::expected<void, NoSurvey> still_holds(Session& session, const plan::PlanFile& file,
                                         const Options& options);

}  // namespace envlink::cli
