#pragma once
// The whole content of a group: the variables of a dotenv file, and secret files.

#include <string>
#include <vector>

#include "base/error.h"
#include "source/named.h"

namespace envlink::source {

struct DotenvAndFiles {
  std::string dotenv{};              // a path; empty: none
  std::vector<std::string> files{};  // paths of secret files; the last part of each is its name
};

/// The dotenv file's variables first, without envlink's own key. Fails if a key repeats or has no value.
Result<std::vector<Named>> read_all(const DotenvAndFiles& from);

}  // namespace envlink::source
