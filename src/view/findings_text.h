#pragma once
// Findings for people, whoever found them.

#include <string>
#include <vector>

#include "plan/finding.h"
#include "view/style.h"

namespace envlink::view {

Look look_of(plan::Severity severity);

/// Errors first, each with its cure and its place in the file.
std::string render_findings(const plan::FindingList& found, const Style& style);
/// Errors and warnings only, a few of each kind; the others are counted.
std::string render_pressing_findings(const plan::FindingList& found, const Style& style);
/// What the policy ignores is counted with its reason: silence would hide it from whoever did not write the
/// file. Empty where it ignores nothing.
std::string render_ignored(const plan::FindingList& found, const Style& style);
/// "1 error and 2 warnings"; empty where there are none.
std::string counts_of(const std::vector<plan::Finding>& findings);

}  // namespace envlink::view
