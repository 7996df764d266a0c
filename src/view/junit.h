#pragma once
// A verification as JUnit XML, which every CI shows: a test case a step, and one a service. Pure.

#include <string>

#include "plan/verification.h"

namespace envlink::view {

std::string junit_xml(const plan::Verification& verification);

}  // namespace envlink::view
