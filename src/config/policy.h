#pragma once
// `policy`: what the file makes of findings.

#include <vector>

#include "model/desired.h"
#include "yaml/mapping_reader.h"

namespace envlink::config {

std::vector<model::PolicyRule> read_policy(const yaml::Node& node, yaml::Diagnostics& diagnostics);
/// Subjects must be groups or services of the file.
void check_policy_subjects(const model::Desired& desired, yaml::Diagnostics& diagnostics);

}  // namespace envlink::config
