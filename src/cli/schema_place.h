#pragma once
// Where an editor finds the schema of envlink.yaml on this machine.

#include <string>

namespace envlink::cli {

/// For the `$schema` at the head of the file `file`: beside that file, installed with this program, or in the
/// tree that it was built from. Empty where there is none: an editor complains of a schema that it cannot
/// find.
std::string schema_for(const std::string& file);

}  // namespace envlink::cli
