#pragma once
// What is untidy in a workspace, whether a file names it or not. Pure; knows no value.

#include <cstddef>
#include <string>
#include <vector>

#include "model/desired.h"
#include "model/workspace.h"
#include "plan/finding.h"

namespace envlink::plan {

struct Lint {
  model::Owner owner;
  std::string file;  // empty: there is none, and what services require is unknown
  std::size_t groups = 0;
  std::size_t services = 0;         // previews not counted
  std::size_t variables = 0;        // of the groups that were read
  std::vector<Finding> findings{};  // errors first
  std::vector<Finding> ignored{};   // by the file's policy

  bool passed() const;  // no error among the findings
  FindingList found() const { return {file, findings, ignored}; }
};

/// `actual`: with every group read itself, and with previews among its services. `desired` may be empty.
Lint lint(const model::Desired& desired, const model::Workspace& actual);

}  // namespace envlink::plan
