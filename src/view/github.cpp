#include "view/github.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view::github {
namespace {

constexpr std::size_t most_annotations = 10;  // of a level that GitHub shows for a step

constexpr Style style{false, true, 80};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The older form of a command is looked for anywhere in a line.
std::string without_old_commands(std::string text) {
  replace_all(text, "##[", "## [");
  return text;
}

/// As the runner's own tools escape them.
std::string as_data(std::string_view text) {
  std::string out(text);
  replace_all(out, "%", "%25");
  replace_all(out, "\r", "%0D");
  replace_all(out, "\n", "%0A");
  return without_old_commands(std::move(out));
}

std::string as_property(std::string_view text) {
  auto out = as_data(text);
  replace_all(out, ":", "%3A");
  replace_all(out, ",", "%2C");
  return out;
}

/// The runner leaves out white space of every kind before it looks for a command.
std::string defused_line(std::string line) {
  const auto colons = line.find("::");
  const auto first = std::find_if(line.begin(), line.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (colons != std::string::npos && first == line.begin() + static_cast<std::ptrdiff_t>(colons)) {
    line.insert(colons + 1, " ");
  }
  return without_old_commands(std::move(line));
}

std::string failure_message(const engine::ServiceProgress& service) {
  auto message = safe(failure_reason(service), style, 2000);
  const auto& cure = failure_cure(service);
  if (!cure.empty()) message += (message.empty() ? "" : "\n→ ") + safe(cure, style, 1000);
  return message.empty() ? "envlink tells more in its log" : message;
}

}  // namespace

std::string group(std::string_view title) {
  return "::group::" + as_data(title) + "\n";
}

std::string end_group() {
  return "::endgroup::\n";
}

std::string annotation(const Annotation& it) {
  std::string properties = "title=" + as_property(it.title);
  if (!it.file.empty() && it.place.line > 0) {
    properties += fmt::format(",file={},line={}", as_property(it.file), it.place.line);
    if (it.place.column > 0) properties += fmt::format(",col={}", it.place.column);
  }
  return fmt::format("::{} {}::{}\n", it.level, properties, as_data(it.message));
}

std::string defused(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    out += defused_line(std::string(text.substr(0, end)));
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string outcome_annotations(const plan::Plan& plan, const engine::Progress& progress) {
  const RolloutStatus board(plan, progress, style);
  const std::vector<std::size_t> failed = board.failed();
  std::string out;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    const bool last = i + 1 == most_annotations && failed.size() > most_annotations;
    if (last) {
      out += annotation({.title = fmt::format("{} more services failed", failed.size() - i),
                         .message = "envlink's log and the summary of this step name them"});
      break;
    }
    const auto& service = progress.services[failed[i]];
    out +=
        annotation({.title = safe(plan.services[failed[i]].name, style) + ": " + ending_words(service, style),
                    .message = failure_message(service)});
  }
  return out;
}

std::string finding_annotations(const plan::Plan& plan) {
  std::string out;
  for (const auto& finding : plan.findings) {
    if (finding.severity == plan::Severity::note) continue;
    auto message = safe(finding.what, style, 1000);
    if (!finding.cure.empty()) message += "\n→ " + safe(finding.cure, style, 1000);
    out += annotation({.level = to_string(finding.severity),
                       .title = fmt::format("{} ({})", safe(finding.subject, style), safe(finding.id, style)),
                       .message = std::move(message),
                       .file = safe(plan.file, style),
                       .place = finding.place});
  }
  return out;
}

}  // namespace envlink::view::github
