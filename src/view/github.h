#pragma once
// GitHub Actions: workflow commands in the log, and the page of a step. Foreign text in a line of the log
// must not become a command of its own. Pure.

#include <string>
#include <string_view>

#include "base/place.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "plan/verification.h"

namespace envlink::view::github {

/// Each is a line of its own, with its newline.
std::string group(std::string_view title);
constexpr std::string_view end_group = "::endgroup::\n";
struct Annotation {
  std::string_view level = "error";  // error, warning, notice
  std::string title;
  std::string message;
  std::string file{};  // where it stems from; may be empty
  Place place{};
};
std::string annotation(const Annotation& it);

/// Text whose lines the runner takes for text: none begins with "::", and none contains "##[".
std::string defused(std::string_view text);

/// An error for each service that failed.
std::string outcome_annotations(const plan::Plan& plan, const engine::Progress& progress);
/// An error or a warning for each finding, at its place in the file.
std::string finding_annotations(const plan::FindingList& found);

/// What stands on the page of the step, as Markdown. Foreign text in it is text.
std::string plan_summary(const plan::Plan& plan);
std::string run_summary(const plan::Plan& plan, const engine::Progress& progress);
std::string verification_summary(const plan::Verification& verification);

}  // namespace envlink::view::github
