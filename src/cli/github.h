#pragma once
// GitHub Actions: annotations in the log, and the step summary. Does nothing elsewhere.

#include <string>
#include <string_view>

#include "engine/progress.h"
#include "plan/plan.h"
#include "plan/verification.h"

namespace envlink::cli::github {

/// According to GITHUB_ACTIONS.
bool here();

/// The text without lines that the runner would take for commands.
std::string fit_for_log(std::string_view text);

void tell(const plan::Plan& plan);
void tell(const plan::FindingList& found);
void tell(const plan::Plan& plan, const engine::Progress& progress);
void tell(const plan::Verification& verification);

/// Writes the text to stderr, folded under the title in the log.
void write_folded(std::string_view title, std::string_view text);

}  // namespace envlink::cli::github
