#pragma once
// Formats that CI systems and code hosts display. Pure.

#include <string>
#include <string_view>

#include "plan/finding.h"
#include "plan/verification.h"

namespace envlink::view {

/// Findings as SARIF 2.1.0, which code hosts show next to the lines of the file.
std::string sarif_json(const plan::FindingList& found, std::string_view envlink_version);
/// A verification as JUnit XML: a test case for each step and each service.
std::string junit_xml(const plan::Verification& verification);

}  // namespace envlink::view
