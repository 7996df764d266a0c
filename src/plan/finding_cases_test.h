#pragma once
// Of each kind of finding: a workspace and a file that raise it, and the nearest that do not. A test holds
// the table against finding_kinds().

#include <functional>
#include <string>
#include <vector>

#include "plan/make_plan.h"
#include "plan/sample_test.h"

namespace envlink::plan::sample {

/// What is changed in sample::file() and sample::workspace().
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

std::vector<FindingCase> name_cases();   // which group, which service
std::vector<FindingCase> value_cases();  // what variables hold, and where the same key stands twice
std::vector<FindingCase> state_cases();  // what the services, the groups and their environments are like
std::vector<FindingCase> finding_cases();

model::Variable variable(std::string key, const std::function<void(model::Facts&)>& change = {});
model::Variable valued(std::string key, unsigned char value);
void set_first(model::Workspace& actual, model::Variable one);
/// A second group, asked for by db; `linked`: it is linked already, as all else is.
void add_group(model::Desired& desired, model::Workspace& actual, std::vector<model::Variable> variables,
               bool linked = false);

}  // namespace envlink::plan::sample
