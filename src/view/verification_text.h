#pragma once
// The steps of verify, for people. Pure.

#include <string>

#include "plan/verification.h"
#include "view/style.h"

namespace envlink::view {

/// A tick or a cross a step, what is wrong below it. `whole`: every problem a line, and every service.
std::string render_verification(const plan::Verification& verification, Time now, const Style& style,
                                bool whole);

}  // namespace envlink::view
