#pragma once
// GitHub Actions: workflow commands and step summaries. Text from Render must not become a command. Pure.

#include <string>
#include <string_view>

#include "base/place.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "plan/verification.h"

namespace envlink::view::github {

/// Each result is one line with its newline.
std::string group(std::string_view title);
constexpr std::string_view end_group = "::endgroup::\n";
struct Annotation {
  std::string_view level = "error";  // error, warning, notice
  std::string title;
  std::string message;
  std::string file{};  // may be empty
  Place place{};
};
std::string annotation(const Annotation& it);

/// Text in which the runner finds no command: no line begins with "::" or contains "##[".
std::string defused(std::string_view text);

/// An error for each failed service.
std::string outcome_annotations(const plan::Plan& plan, const engine::Progress& progress);
/// An error or warning for each finding, at its place in the file.
std::string finding_annotations(const plan::FindingList& found);

/// Step summaries as Markdown. Text from Render is escaped.
std::string plan_summary(const plan::Plan& plan);
std::string run_summary(const plan::Plan& plan, const engine::Progress& progress);
std::string verification_summary(const plan::Verification& verification);

}  // namespace envlink::view::github
