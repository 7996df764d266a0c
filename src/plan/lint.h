#pragma once
// What is untidy in a workspace, whether a file names it or not. Pure; sees no values.

#include <cstddef>
#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

struct Lint {
  model::Owner owner;
  std::string file;  // empty: there is no file, so it is unknown what services require
  std::size_t groups = 0;
  std::size_t services = 0;         // without previews
  std::size_t variables = 0;        // in the groups that were read
  std::vector<Finding> findings{};  // errors first
  std::vector<Finding> ignored{};   // by the file's policy

  bool passed() const;  // no error among the findings
  FindingList found() const { return {file, findings, ignored}; }
};

/// `actual`: all groups were read with their values, and services include previews. `desired` may be empty.
Lint lint(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan
