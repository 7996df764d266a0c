#include "view/findings_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

void add_finding(std::string& out, const plan::Finding& finding, const std::string& file,
                 const Style& style) {
  constexpr std::size_t indent = 4;
  const std::string margin(indent, ' ');
  const auto [mark, colour] = look_of(finding.severity);
  out += paint(lead_sign(mark, style).append(to_string(finding.severity)), colour, style);
  out += "  " + paint(safe(finding.subject, style), Colour::strong, style);
  out += "  " + paint(safe(finding.id, style), Colour::quiet, style) + "\n";
  out += hanging(margin, indent, safe(finding.what, style, 1000), style);
  if (!finding.cure.empty()) {
    const std::string lead = fmt::format("{}{} ", margin, sign(Symbol::arrow, style));
    out += hanging(lead, display_width(lead), safe(finding.cure, style, 1000), style);
  }
  if (!finding.policy.empty()) {
    const auto reason =
        fmt::format("{} by the file's policy: {}", to_string(finding.severity), safe(finding.policy, style));
    out += hanging(margin, indent, reason, style, Colour::quiet);
  }
  if (finding.place.line > 0) {
    const auto place = fmt::format("{}:{}:{}", safe(file, style), finding.place.line, finding.place.column);
    out += margin + paint(place, Colour::quiet, style) + "\n";
  }
}

}  // namespace

Look look_of(plan::Severity severity) {
  constexpr Look looks[] = {
      {Symbol::note, Colour::quiet}, {Symbol::caution, Colour::caution}, {Symbol::bad, Colour::bad}};
  return looks[static_cast<std::size_t>(severity)];
}

std::string render_findings(const plan::FindingList& found, const Style& style) {
  std::string out;
  for (const auto severity : {plan::Severity::error, plan::Severity::warning, plan::Severity::note}) {
    for (const auto& finding : found.findings) {
      if (finding.severity == severity) add_finding(out, finding, found.file, style);
    }
  }
  return out;
}

std::string render_pressing_findings(const plan::FindingList& found, const Style& style) {
  constexpr std::size_t most_of_a_kind = 3;
  constexpr std::size_t most = 8;
  std::string out;
  std::map<std::string_view, std::size_t> told;
  std::size_t shown = 0;
  std::size_t left_out = 0;
  for (const auto severity : {plan::Severity::error, plan::Severity::warning}) {
    for (const auto& finding : found.findings) {
      if (finding.severity != severity) continue;
      if (shown >= most || ++told[finding.id] > most_of_a_kind) {
        ++left_out;
        continue;
      }
      add_finding(out, finding, found.file, style);
      ++shown;
    }
  }
  if (left_out > 0) out += fmt::format("{} {} more like these (all: -v)\n", cut_mark(style), left_out);
  return out;
}

std::string render_ignored(const plan::FindingList& found, const Style& style) {
  if (found.ignored.empty()) return {};
  const std::size_t most_told = 20;
  std::string out = count_of(found.ignored.size(), "finding") + " ignored by the file's policy:\n";
  for (std::size_t i = 0; i < std::min(found.ignored.size(), most_told); ++i) {
    const auto& finding = found.ignored[i];
    auto text = fmt::format("{} on {}", safe(finding.id, style), safe(finding.subject, style));
    if (!finding.variable.empty()) text += " about " + safe(finding.variable, style);
    text += ": " + safe(finding.policy, style);
    out += hanging("  ", 4, text, style, Colour::quiet);
  }
  if (found.ignored.size() > most_told)
    out += fmt::format("  and {} more\n", found.ignored.size() - most_told);
  return out;
}

std::string counts_of(const std::vector<plan::Finding>& findings) {
  std::vector<std::string> counts;
  for (const auto severity : {plan::Severity::error, plan::Severity::warning, plan::Severity::note}) {
    const auto count = std::ranges::count(findings, severity, &plan::Finding::severity);
    if (count > 0) counts.push_back(count_of(static_cast<std::size_t>(count), to_string(severity)));
  }
  return join_and(counts);
}

}  // namespace envlink::view
