#pragma once
// For each kind of finding: a workspace and a file that raise it, and similar ones that do not. A test
// compares the cases with finding_kinds().

#include <functional>
#include <string>
#include <vector>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

namespace envlink::plan::sample {

/// A change to sample::file() and sample::workspace().
using Change = std::function<void(model::Desired&, model::Workspace&)>;

struct FindingCase {
  const char* id;
  Severity severity;
  const char* subject;
  Change raises;
  Change does_not;
  PlanOptions raising{};
  PlanOptions quiet{};
};

std::vector<FindingCase> name_cases();   // groups and services that are missing or ambiguous
std::vector<FindingCase> value_cases();  // values of variables, and keys that are set twice
std::vector<FindingCase> state_cases();  // states of services, groups and environments
std::vector<FindingCase> finding_cases();

model::Variable variable(std::string key, const std::function<void(model::Facts&)>& change = {});
model::Variable valued(std::string key, unsigned char value);
void set_first(model::Workspace& actual, model::Variable one);
/// Adds a second group that db wants; `linked`: db and all others are linked already.
void add_group(model::Desired& desired, model::Workspace& actual, std::vector<model::Variable> variables,
               bool linked = false);

}  // namespace envlink::plan::sample
