#pragma once
// Machine output, `-o json`. The first field is `version`; schema/*.schema.json document the shapes.

#include <string>

#include "plan/plan.h"
#include "plan/status.h"
#include "plan/verification.h"

namespace envlink::view {

std::string plan_json(const plan::Plan& plan);
std::string verification_json(const plan::Verification& verification);
std::string status_json(const plan::Status& status);

}  // namespace envlink::view
