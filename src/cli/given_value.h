#pragma once
// The source of the value for `groups set`, chosen by flags, and how a resumed run reads it again.

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

/// The source that the flags name; without flags, the prompt. Fails for contradicting flags.
Result<plan::ValueSource> source_of(const ValueFlags& flags);

/// Reads the value, if necessary from the person at the terminal. `label`: its name in the prompt.
Result<Secret> value_from(const plan::ValueSource& source, const ValueFlags& flags, const std::string& key,
                          const std::string& label, const CommonOptions& options);

/// Independent of the current folder, for a resumed run.
std::string absolute_path(const std::string& path);

/// Reads the values of a resumed run again. `elsewhere`: another machine began it.
run::AskAgain ask_again(const CommonOptions& options, bool elsewhere);

}  // namespace envlink::cli
