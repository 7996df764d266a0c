#include "view/report_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

constexpr std::size_t most_names = 8;

std::vector<std::string> ways_on(const Report& report, const RunTimeline& timeline) {
  const plan::Plan& plan = report.plan;
  if (report.undone_by) return {fmt::format("Run {} rolled it back.", *report.undone_by)};
  if (!report.newest) return {"Later runs followed on this workspace: envlink plan tells what is left now."};
  if (timeline.progress.unfinished() || !report.outcome) {
    std::vector<std::string> ways = {"Go on with it: envlink resume"};
    if (plan.undoes == 0) ways.push_back(fmt::format("Undo it: envlink rollback {}", report.run));
    return ways;
  }
  if (is_success(*report.outcome)) return {};
  return {"What is left now: envlink plan"};
}

}  // namespace

Verdict verdict_of(const Report& report) {
  if (!report.outcome) return {Colour::caution, "unfinished"};
  const std::string words(title(*report.outcome));
  if (is_success(*report.outcome)) return {Colour::good, words};
  switch (*report.outcome) {
    case model::Outcome::rolled_back:
    case model::Outcome::timed_out:
    case model::Outcome::interrupted:
      return {Colour::caution, words};
    default:
      return {Colour::bad, words};
  }
}

std::vector<std::string> left_of(const Report& report, const RunTimeline& timeline) {
  const plan::Plan& plan = report.plan;
  const Style style;
  const auto some_of = [&](const std::vector<std::size_t>& services) {
    return join_and(names_of(plan, services, style), most_names);
  };
  const RolloutStatus board(plan, timeline.progress, style);
  std::vector<std::string> left;
  std::vector<std::size_t> running;
  std::vector<std::size_t> never;
  for (const std::size_t service : board.concerned()) {
    const ServiceStatusGroup group = board.group_of(service);
    const bool late = timeline.progress.services[service].ending == engine::ServiceOutcome::timed_out;
    if (group == ServiceStatusGroup::running || late) running.push_back(service);
    if (group == ServiceStatusGroup::waiting || group == ServiceStatusGroup::not_started)
      never.push_back(service);
  }
  if (!running.empty())
    left.push_back(fmt::format("Under way when envlink saw it last: {}.", some_of(running)));
  if (!never.empty()) left.push_back(fmt::format("Never started: {}.", some_of(never)));
  if (board.links_proved() < plan.links.size())
    left.push_back(fmt::format("{} not proved.", count_of(plan.links.size() - board.links_proved(), "link")));
  for (std::string& way : ways_on(report, timeline)) left.push_back(std::move(way));
  return left;
}

std::string day_and_time(Time time) {
  std::string text = format_rfc3339(time).substr(0, 19) + "Z";
  text[10] = ' ';
  return text;
}

std::string stage_words(const ServiceTimeline& timeline, std::size_t width) {
  std::vector<std::pair<Duration, std::string>> parts;
  for (std::size_t i = 0; i < stages; ++i) {
    const Duration span = timeline.in(static_cast<Stage>(i));
    // One answer takes that long; more tells of a queue or of an answer that was lost.
    const bool goes_without_saying = static_cast<Stage>(i) == Stage::asking && span < std::chrono::seconds(1);
    if (span > Duration{0} && !goes_without_saying)
      parts.emplace_back(span, fmt::format("{} {}", words_of(static_cast<Stage>(i)), format_duration(span)));
  }
  while (!parts.empty()) {
    std::vector<std::string> words;
    for (const auto& [span, text] : parts) words.push_back(text);
    std::string all = join(words, ", ");
    if (display_width(all) <= width) return all;
    parts.erase(std::min_element(parts.begin(), parts.end(),
                                 [](const auto& one, const auto& other) { return one.first < other.first; }));
  }
  return {};
}

}  // namespace envlink::view
