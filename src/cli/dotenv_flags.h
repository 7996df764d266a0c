#pragma once
// The flags --from and --secret-file, which give all values of a group.

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

/// `example`: shown by commands that require --from; empty: --from is optional.
std::vector<Parameter> dotenv_flags(DotenvFlags& flags, std::string_view example);

/// Empty without these flags.
Result<DotenvValues> read_values(const DotenvFlags& flags);

}  // namespace envlink::cli
