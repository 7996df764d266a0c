#pragma once
// --from and --secret-file, with which a group gets all of its values at once.

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/command.h"
#include "plan/plan.h"
#include "run/plan_source.h"

namespace envlink::cli {

struct DotenvFlags {
  std::string from;
  std::vector<std::string> secret_files;
};

struct DotenvValues {
  run::GivenValues values{};
  plan::ValueSource from{};
};

/// `example`: of a command that has --from, where that is missing; empty: it may be.
std::vector<Parameter> dotenv_flags(DotenvFlags& flags, std::string_view example);

/// Without one of the flags, no values.
Result<DotenvValues> read_values(const DotenvFlags& flags);

}  // namespace envlink::cli
