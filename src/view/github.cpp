#include "view/github.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <utility>
#include <vector>

#include "base/text.h"
#include "view/layout.h"
#include "view/only_text.h"
#include "view/rollout_status.h"

namespace envlink::view::github {
namespace {

constexpr std::size_t most_annotations = 10;  // per level; GitHub shows no more for a step

constexpr Style style{false, true, 80};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// The runner looks for the older form of commands anywhere in a line.
std::string without_old_commands(std::string text) {
  replace_all(text, "##[", "## [");
  return text;
}

/// Escaped like in the runner's own tools.
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

/// The runner skips all kinds of leading white space.
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
  return message.empty() ? "more in envlink's log" : message;
}

constexpr std::size_t most_rows = 200;  // GitHub accepts 1 MiB per step

/// Any text as plain text in Markdown and HTML: special characters become entities.
std::string text(std::string_view foreign, std::size_t limit = 200) {
  constexpr std::string_view plain = " -.,;()/+=?'\"";
  std::string out;
  const auto shown = safe(foreign, style, limit);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool link = c == ':' && shown.compare(i + 1, 2, "//") == 0;
    const bool word = byte >= 0x80 || is_alphanumeric(c);
    const bool as_it_is = word || plain.find(c) != std::string_view::npos || (c == ':' && !link);
    out += as_it_is ? std::string(1, c) : fmt::format("&#{};", byte);
  }
  return out;
}

std::string row(const std::vector<std::string>& cells) {
  return "| " + join(cells, " | ") + " |\n";
}

/// One row per item, up to most_rows.
std::string table(const std::vector<std::string>& titles, const auto& items, const auto& cells_of) {
  std::string out = row(titles) + row(std::vector<std::string>(titles.size(), "---"));
  for (const auto& item : items | std::views::take(most_rows)) out += row(cells_of(item));
  if (items.size() > most_rows) out += fmt::format("\n… and {} more\n", items.size() - most_rows);
  return out + "\n";
}

std::string wave_of(const plan::PlannedService& service) {
  return service.redeploys() ? std::to_string(service.wave) : "";
}

/// The groups of a service's links, by action.
std::string changes_of(const plan::Plan& plan, std::size_t service) {
  std::vector<std::string> parts;
  for (const auto& link : plan.links) {
    if (link.service != service) continue;
    parts.push_back((link.action == plan::LinkAction::add ? "+ " : "− ") + text(link.group_name));
  }
  return join(parts, ", ");
}

std::string proved_of(const plan::Plan& plan, const engine::Progress& progress, std::size_t service) {
  std::size_t all = 0;
  std::size_t proved = 0;
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    if (plan.links[i].service != service) continue;
    ++all;
    proved += progress.links[i].phase == engine::WritePhase::proved ? 1 : 0;
  }
  return all == 0 ? std::string() : fmt::format("{} of {}", proved, all);
}

std::string result_of(const RolloutStatus& board, const engine::ServiceProgress& service, std::size_t index) {
  if (service.outcome == engine::ServiceOutcome::live) return "live";  // the time has its own column
  const bool failed = board.group_of(index) == ServiceStatusGroup::failed;
  auto words = text(failed ? outcome_words(service, style) : board.state(index, Time{}).words);
  if (!failed) return words;
  const std::string why = failure_reason(service);
  return why.empty() ? words : words + ": " + text(why, 1000);
}

std::string warning(bool unreadable) {
  return unreadable ? fmt::format("⚠ {}\n\n", journal_unreadable) : std::string();
}

std::string heading(std::string_view mark, const std::string& what, const model::Owner& owner) {
  return fmt::format("### {} {} on {}\n\n", mark, what,
                     text(owner.name.empty() ? owner.id.text() : owner.name));
}

}  // namespace

std::string group(std::string_view title) {
  return "::group::" + as_data(title) + "\n";
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
    out += annotation(
        {.title = safe(plan.services[failed[i]].name, style) + ": " + outcome_words(service, style),
         .message = failure_message(service)});
  }
  return out;
}

std::string finding_annotations(const plan::FindingList& found) {
  std::string out;
  for (const auto& finding : found.findings) {
    if (finding.severity == plan::Severity::note) continue;
    auto message = safe(finding.what, style, 1000);
    if (!finding.cure.empty()) message += "\n→ " + safe(finding.cure, style, 1000);
    out += annotation({.level = to_string(finding.severity),
                       .title = fmt::format("{} ({})", safe(finding.subject, style), safe(finding.id, style)),
                       .message = std::move(message),
                       .file = safe(found.file, style),
                       .place = finding.place});
  }
  return out;
}

std::string plan_summary(const plan::Plan& plan) {
  auto what = fmt::format("envlink plans {} and {} in {}", count_of(plan.links.size(), "link change"),
                          count_of(plan.deploys(), "deploy"), count_of(plan.waves.size(), "wave"));
  if (plan.empty()) what = "envlink has nothing to do";
  if (plan.refused()) what = "envlink refused the plan";
  std::string out = warning(plan.journal_unreadable) + heading(plan.refused() ? "✗"
                                                               : plan.empty() ? "✓"
                                                                              : "→",
                                                               what, plan.owner);
  if (plan.only) out += text(only_text(plan, false), 1000) + "\n\n";
  for (const auto& finding : plan.findings) {
    const auto place = finding.place.line > 0
                           ? fmt::format(" ({}, line {})", text(plan.file), finding.place.line)
                           : std::string();
    out += fmt::format("- **{}** {}: {}{}\n", to_string(finding.severity), text(finding.subject),
                       text(finding.what, 1000), place);
  }
  if (!plan.findings.empty()) out += "\n";
  if (plan.empty()) return out;
  const RolloutStatus board(plan, engine::Progress::of(plan), style);
  const auto cells_of = [&](std::size_t index) -> std::vector<std::string> {
    const auto& service = plan.services[index];
    return {text(service.name), wave_of(service), changes_of(plan, index),
            service.redeploys() ? text(service.because) : "it is not"};
  };
  return out + table({"Service", "Wave", "Links", "Why"}, board.concerned(), cells_of);
}

std::string run_summary(const plan::Plan& plan, const engine::Progress& progress) {
  const RolloutStatus board(plan, progress, style);
  const bool done = progress.ended_at && is_success(progress.outcome);
  std::string what = plan.undoes == 0 ? "The rollout" : "The rollback";
  what += done ? " is done" : progress.interrupts > 0 ? " was interrupted" : " stopped";
  if (const auto taken = time_taken(progress)) what += (done ? " in " : " after ") + format_duration(*taken);
  auto out = heading(done ? "✓" : "✗", what, plan.owner);
  std::vector<std::string> parts;
  if (!plan.links.empty())
    parts.push_back(
        fmt::format("{} of {} confirmed", board.links_proved(), count_of(plan.links.size(), "link")));
  if (board.redeploying() > 0)
    parts.push_back(fmt::format("{} of {} live", board.live(), count_of(board.redeploying(), "service")));
  out += join(parts, ", ") + ".\n\n";
  auto order = board.concerned();
  if (order.size() > most_rows) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return board.group_of(a) < board.group_of(b); });
  }
  const auto cells_of = [&](std::size_t index) -> std::vector<std::string> {
    const auto& service = plan.services[index];
    const auto& its = progress.services[index];
    const auto taken = time_taken(its);
    const auto mark = sign(board.state(index, Time{}).mark, style);
    return {fmt::format("{} {}", mark, text(service.name)), wave_of(service), result_of(board, its, index),
            taken ? format_duration(*taken) : "", proved_of(plan, progress, index)};
  };
  return out + table({"Service", "Wave", "Result", "Time", "Links confirmed"}, order, cells_of);
}

std::string verification_summary(const plan::Verification& verification) {
  const bool passed = verification.passed();
  auto out = warning(verification.journal_unreadable) +
             heading(passed ? "✓" : "✗", passed ? "envlink verified everything" : "envlink found differences",
                     verification.owner);
  std::size_t number = 0;
  for (const auto& step : verification.all_steps()) {
    out += fmt::format("- {} Step {}: {}\n", step.passed ? "✓" : "✗", ++number, text(step.title));
    for (const auto& problem : step.problems) out += "  - " + text(problem, 1000) + "\n";
  }
  out += "\n";
  if (verification.services.empty()) return out;
  const auto cells_of = [](const plan::VerifiedService& service) -> std::vector<std::string> {
    return {text(service.name), std::string(to_string(service.freshness)), text(service.because, 500)};
  };
  return out + table({"Service", "State", "Because"}, verification.services, cells_of);
}

}  // namespace envlink::view::github
