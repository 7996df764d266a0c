#pragma once
// `policy`: what the file makes of findings.

#include <vector>

#include "config/report.h"
#include "model/desired.h"

namespace envlink::config {

std::vector<model::PolicyRule> read_policy(const yaml::Node& node, Report& report);
/// Subjects must be groups or services of the file.
void check_policy_subjects(const model::Desired& desired, Report& report);

}  // namespace envlink::config
