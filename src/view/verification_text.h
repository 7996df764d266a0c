#pragma once
// The four steps of verify for people: a tick or a cross a line, what is wrong below it, freshness per
// service.

#include <string>

#include "plan/verification.h"
#include "view/style.h"

namespace envlink::view {

std::string render_verification(const plan::Verification& verification, const Style& style);

}  // namespace envlink::view
