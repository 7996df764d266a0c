#pragma once
// The steps of verify, for people. Pure.

#include <string>

#include "plan/verification.h"
#include "view/style.h"

namespace envlink::view {

/// A tick or a cross per step, with its problems below. `whole`: one line per problem, and every service.
std::string render_verification(const plan::Verification& verification, Time now, const Style& style,
                                bool whole);

}  // namespace envlink::view
