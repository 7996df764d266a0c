#pragma once
// What stands on the page of a step of GitHub Actions, as Markdown. Foreign text in it is text. Pure.

#include <string>

#include "engine/progress.h"
#include "plan/plan.h"
#include "plan/verification.h"

namespace envlink::view::github {

std::string plan_summary(const plan::Plan& plan);
std::string run_summary(const plan::Plan& plan, const engine::Progress& progress);
std::string verification_summary(const plan::Verification& verification);

}  // namespace envlink::view::github
