#pragma once
// Asks a person to agree to something.

#include <string_view>

#include "base/error.h"
#include "cli/command.h"

namespace envlink::cli {

/// Agreed with --yes. Fails if the person says no or nobody can be asked; `left_undone`: "changed".
Result<void> agreement(const CommonOptions& options, std::string_view question, std::string_view left_undone);

}  // namespace envlink::cli
