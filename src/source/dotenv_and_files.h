#pragma once
// All that a group is to hold at once: the variables of a dotenv file, and secret files.

#include <string>
#include <vector>

#include "base/error.h"
#include "source/named.h"

namespace envlink::source {

struct DotenvAndFiles {
  std::string dotenv{};              // a path; empty: none
  std::vector<std::string> files{};  // of secret files, whose names are the last parts of these paths
};

/// Those of the dotenv file first, without envlink's own key. Each key once and none without a value.
Result<std::vector<Named>> read_all(const DotenvAndFiles& from);

}  // namespace envlink::source
