#pragma once
// The command line as it was typed: what stands in it is not yet held against the rest.

#include <string>
#include <vector>

#include "cli/options.h"

namespace envlink::cli {

struct RawOptions {
  Options options;
  std::string output;
  std::vector<std::string> redeploy;
  std::string lock_wait;
  std::string action;
  std::string shell;
  std::vector<std::string> given;  // the flags that were there: "--file"
};

}  // namespace envlink::cli
