#pragma once
// Values that envlink.yaml carries, read from the sources that it names: for a plan, and once more for a run
// that goes on.

#include <string>
#include <vector>

#include "base/error.h"
#include "model/desired.h"
#include "plan/plan.h"
#include "run/plan_source.h"
#include "source/named.h"

namespace envlink::cli {

/// Reads every source, in the file's order. The first that fails is told with its place.
Result<std::vector<run::GivenValues>> values_of_file(const model::Desired& file);

/// All that the file of that path has now for a group of the plan.
Result<std::vector<source::Named>> values_of_file_again(const std::string& path,
                                                        const plan::PlannedGroup& group);

/// `what` a run needs does not stand there any more.
Error gone_from(const std::string& path, const std::string& what);

}  // namespace envlink::cli
