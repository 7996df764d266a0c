#pragma once
// Randomness for fingerprints: this is where the process has it.

#include <optional>

#include "api/fingerprint.h"

namespace envlink::cli {

/// One key a process. nullopt where the system gives no randomness: equal values are then not told apart.
std::optional<api::Fingerprinter> fingerprinter();

}  // namespace envlink::cli
