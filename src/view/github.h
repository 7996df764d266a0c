#pragma once
// GitHub Actions: workflow commands in the log. Foreign text in them, and in every other line of the log,
// must not become a command of its own. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "base/place.h"
#include "engine/progress.h"
#include "plan/plan.h"

namespace envlink::view::github {

/// Each is a line of its own, with its newline.
std::string group(std::string_view title);
std::string end_group();
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

/// An error for each service that did not come through.
std::string outcome_annotations(const plan::Plan& plan, const engine::Progress& progress);
/// An error or a warning for each finding, at its place in the file.
std::string finding_annotations(const plan::Plan& plan);

}  // namespace envlink::view::github
