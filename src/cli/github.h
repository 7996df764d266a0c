#pragma once
// GitHub Actions: annotations in the log, and the page of the step. Elsewhere nothing of it happens.

#include <string>
#include <string_view>

#include "engine/progress.h"
#include "plan/plan.h"
#include "plan/verification.h"

namespace envlink::cli::github {

/// GITHUB_ACTIONS says so.
bool here();

/// As write() writes it: the same text, in which no line is a command of the runner.
std::string fit_for_log(std::string_view text);

void tell(const plan::Plan& plan);
void tell(const plan::FindingList& found);
void tell(const plan::Plan& plan, const engine::Progress& progress);
void tell(const plan::Verification& verification);

/// The text as talk, folded in the log under that title.
void write_folded(std::string_view title, std::string_view text);

}  // namespace envlink::cli::github
