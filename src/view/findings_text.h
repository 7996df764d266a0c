#pragma once
// Findings for people, from any command.

#include <string>
#include <vector>

#include "plan/finding.h"
#include "view/style.h"

namespace envlink::view {

Look look_of(plan::Severity severity);

/// Errors first, each with its cure and place in the file.
std::string render_findings(const plan::FindingList& found, const Style& style);
/// Only errors and warnings, a few of each kind; the others are counted.
std::string render_pressing_findings(const plan::FindingList& found, const Style& style);
/// The number of ignored findings with the policy's reasons, so that a reader who did not write the file
/// knows about them. Empty if there are none.
std::string render_ignored(const plan::FindingList& found, const Style& style);
/// "1 error and 2 warnings"; empty if there are none.
std::string counts_of(const std::vector<plan::Finding>& findings);

}  // namespace envlink::view
