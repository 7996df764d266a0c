#pragma once
// Reads the values from the sources that envlink.yaml names, for a plan or for a resumed run.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "plan/plan.h"
#include "run/plan_source.h"
#include "source/named.h"

namespace envlink::cli {

/// Reads every source, in the file's order. An error names the place of the first that fails.
Result<std::vector<run::GivenValues>> values_of_file(const model::Desired& file);

/// The current values in the file at `path` for a group of the plan.
Result<std::vector<source::Named>> values_of_file_again(const std::string& path,
                                                        const plan::PlannedGroup& group);

/// `what` the run needs is no longer in the file at `path`.
Error gone_from(const std::string& path, const std::string& what);

}  // namespace envlink::cli
