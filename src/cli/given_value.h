#pragma once
// Where the value of `groups set` comes from, by its flags; and where a run that goes on asks again.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "cli/command.h"
#include "plan/plan.h"
#include "run/context.h"
#include "source/generate.h"

namespace envlink::cli {

struct ValueFlags {
  bool standard_input = false;  // --stdin
  std::string file;             // --from-file
  std::string environment;      // --from-env
  std::int64_t bytes = 0;       // --generate
  std::string encoding;         // --as
};
std::vector<Parameter> value_flags(ValueFlags& flags);

/// What they say; without one of them, the prompt. An error where they do not go together.
Result<plan::ValueSource> source_of(const ValueFlags& flags);

/// Gets the value, at most by asking the person at the terminal. `label`: what it is called there.
Result<Secret> value_from(const plan::ValueSource& source, const ValueFlags& flags, const std::string& key,
                          const std::string& label, const CommonOptions& options);

/// As it is found from any folder, for a run that goes on.
std::string absolute_path(const std::string& path);

/// Of a run that goes on.
run::AskAgain ask_again(const CommonOptions& options);

}  // namespace envlink::cli
