#include "view/github_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view::github {
namespace {

constexpr Style style{false, true, 200};
constexpr std::size_t most_rows = 200;  // GitHub takes 1 MiB a step

/// Text of any origin that Markdown and HTML take for text: what could mean more is written as an entity.
std::string text(std::string_view foreign, std::size_t limit = 200) {
  constexpr std::string_view plain = " -.,;()/+=?'\"";
  std::string out;
  const auto shown = safe(foreign, style, limit);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool link = c == ':' && shown.compare(i + 1, 2, "//") == 0;
    const bool word =
        byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (word || plain.find(c) != std::string_view::npos || (c == ':' && !link)) {
      out += c;
    } else {
      out += fmt::format("&#{};", byte);
    }
  }
  return out;
}

std::string row(const std::vector<std::string>& cells) {
  return "| " + join(cells, " | ") + " |\n";
}

std::string table_head(const std::vector<std::string>& titles) {
  return row(titles) + row(std::vector<std::string>(titles.size(), "---"));
}

std::string more_rows(std::size_t all) {
  if (all <= most_rows) return {};
  return fmt::format("\n… and {} more\n", all - most_rows);
}

/// The groups of a service's links, apart by what is done.
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
    proved += progress.links[i].phase == engine::LinkPhase::proved ? 1 : 0;
  }
  return all == 0 ? std::string() : fmt::format("{} of {}", proved, all);
}

std::string result_of(const RolloutStatus& board, const engine::ServiceProgress& service, std::size_t index) {
  const bool ended = service.phase == engine::ServicePhase::ended;
  if (service.ending == engine::ServiceOutcome::live) return "live";  // the time has a column of its own
  auto words = text(ended ? ending_words(service, style) : board.state(index, Time{}).words);
  if (board.group_of(index) != ServiceStatusGroup::failed) return words;
  const std::string why = failure_reason(service);
  return why.empty() ? words : words + ": " + text(why, 1000);
}

std::string heading(std::string_view mark, const std::string& what, const model::Owner& owner) {
  return fmt::format("### {} {} on {}\n\n", mark, what,
                     text(owner.name.empty() ? owner.id.text() : owner.name));
}

}  // namespace

std::string plan_summary(const plan::Plan& plan) {
  std::string out;
  if (plan.refused()) {
    out = heading("✗", "envlink refuses the plan", plan.owner);
  } else if (plan.empty()) {
    out = heading("✓", "envlink has nothing to do", plan.owner);
  } else {
    out = heading("→",
                  fmt::format("envlink plans {} and {} in {}", count_of(plan.links.size(), "link change"),
                              count_of(plan.forecast.deploys, "deploy"), count_of(plan.waves.size(), "wave")),
                  plan.owner);
  }
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
  out += table_head({"Service", "Wave", "Links", "Why it is redeployed"});
  std::size_t rows = 0;
  for (const auto index : board.concerned()) {
    if (++rows > most_rows) continue;
    const auto& service = plan.services[index];
    out += row({text(service.name), service.redeploys() ? std::to_string(service.wave) : "",
                changes_of(plan, index), service.redeploys() ? text(service.because) : "it is not"});
  }
  return out + more_rows(rows) + "\n";
}

std::string run_summary(const plan::Plan& plan, const engine::Progress& progress) {
  const RolloutStatus board(plan, progress, style);
  const bool done = progress.ended_at && is_success(progress.outcome);
  std::string what = plan.undoes == 0 ? "The rollout" : "The rollback";
  what += done ? " is done" : progress.interrupts > 0 ? " was interrupted" : " stopped";
  if (progress.began_at && progress.ended_at) {
    what += (done ? " in " : " after ") + format_duration(*progress.ended_at - *progress.began_at);
  }
  auto out = heading(done ? "✓" : "✗", what, plan.owner);
  std::vector<std::string> parts;
  if (!plan.links.empty())
    parts.push_back(fmt::format("{} of {} proved by reading back", board.links_proved(),
                                count_of(plan.links.size(), "link")));
  if (board.redeploying() > 0)
    parts.push_back(fmt::format("{} of {} live", board.live(), count_of(board.redeploying(), "service")));
  out += join(parts, ", ") + ".\n\n";
  out += table_head({"Service", "Wave", "Result", "Time", "Links proved"});
  auto order = board.concerned();
  if (order.size() > most_rows) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return board.group_of(a) < board.group_of(b); });
  }
  for (std::size_t i = 0; i < std::min(order.size(), most_rows); ++i) {
    const auto index = order[i];
    const auto& service = plan.services[index];
    const auto& its = progress.services[index];
    const auto taken = time_taken(its);
    const auto mark = sign(board.state(index, Time{}).mark, style);
    out += row({fmt::format("{} {}", mark, text(service.name)),
                service.redeploys() ? std::to_string(service.wave) : "", result_of(board, its, index),
                taken ? format_duration(*taken) : "", proved_of(plan, progress, index)});
  }
  return out + more_rows(order.size()) + "\n";
}

std::string verification_summary(const plan::Verification& verification) {
  const bool passed = verification.passed();
  auto out = heading(passed ? "✓" : "✗", passed ? "envlink verified all" : "envlink found differences",
                     verification.owner);
  const auto add = [&](std::size_t number, const plan::VerifiedStep& step) {
    out += fmt::format("- {} Step {}: {}\n", step.passed ? "✓" : "✗", number, text(step.title));
    for (const auto& problem : step.problems) out += "  - " + text(problem, 1000) + "\n";
  };
  std::size_t number = 0;
  for (const auto& step : verification.steps) add(++number, step);
  if (verification.health) add(++number, *verification.health);
  out += "\n";
  if (verification.services.empty()) return out;
  out += table_head({"Service", "State", "Because"});
  std::size_t rows = 0;
  for (const auto& service : verification.services) {
    if (++rows > most_rows) continue;
    out += row({text(service.name), std::string(to_string(service.freshness)), text(service.because, 500)});
  }
  return out + more_rows(rows) + "\n";
}

}  // namespace envlink::view::github
