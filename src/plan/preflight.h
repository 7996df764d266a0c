#pragma once
// What must not be so before anything is written: every check that a row of finding_kind.cpp names.

#include <cstddef>
#include <string>
#include <vector>

#include "plan/context.h"
#include "plan/finding_kind.h"

namespace envlink::plan {

struct PreflightInput {
  const Context& context;
  std::vector<bool> redeployed{};                 // by the file's services: the plan does
  std::vector<std::vector<std::size_t>> after{};  // by service, those that stand before it in the file
  std::vector<std::string> asked{};               // what --redeploy names
};

std::vector<Finding> preflight(const PreflightInput& in);

}  // namespace envlink::plan
