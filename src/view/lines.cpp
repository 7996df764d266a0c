#include "view/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/board.h"
#include "view/layout.h"
#include "view/time_left.h"

namespace envlink::view {
namespace {

using engine::Ending;
using engine::Event;
using engine::EventKind;

bool is_success(int http_status) {
  return http_status >= 200 && http_status < 300;
}

/// "HTTP 503", or what came instead of an answer.
std::string answer_words(const Event& event, const Style& style) {
  if (event.number == 0)
    return event.text.empty() ? "no answer" : "no answer: " + safe(event.text, style, 500);
  auto words = fmt::format("HTTP {}", event.number);
  if (!event.text.empty()) words += ": " + safe(event.text, style, 500);
  return words;
}

std::string with_why(std::string words, const Event& event, const Style& style) {
  if (!event.text.empty()) words += ": " + safe(event.text, style, 500);
  if (!event.cure.empty())
    words += fmt::format(" {} {}", sign(Mark::arrow, style), safe(event.cure, style, 500));
  return words;
}

/// What the events say, and the end of the log below it: all of it stands in the outcome.
std::optional<std::string> failure_words(const Event& event, const Style& style) {
  constexpr std::size_t most_lines = 5;
  constexpr std::size_t indent = 10;  // below the service's name, where the clock is not wider than usual
  std::string words;
  if (!event.text.empty()) words = "why: " + safe(event.text, style, 500);
  if (event.lines.empty() && !event.cure.empty()) {
    if (!words.empty()) words += fmt::format(" {} ", sign(Mark::arrow, style));
    words += safe(event.cure, style, 500);
  }
  const std::size_t first = event.lines.size() > most_lines ? event.lines.size() - most_lines : 0;
  if (words.empty() && !event.lines.empty()) words = "the last lines of its log:";
  for (std::size_t i = first; i < event.lines.size(); ++i) {
    words += fmt::format("\n{:{}}{} {}", "", indent, log_bar(style), safe(event.lines[i], style, 400));
  }
  if (words.empty()) return std::nullopt;
  return words;
}

}  // namespace

bool Lines::is_failure(const Event& event) const {
  if (event.kind != EventKind::service_ended) return false;
  const auto ending = progress_.services[*event.service].ending;
  return !is_good(ending) && ending != Ending::not_started;
}

Tone Lines::tone_of(const Event& event) const {
  if (is_failure(event)) return Tone::bad;
  if (event.kind == EventKind::service_ended && is_good(progress_.services[*event.service].ending)) {
    return Tone::good;
  }
  if (event.kind == EventKind::waiting || event.kind == EventKind::interrupted) return Tone::caution;
  return Tone::plain;
}

Lines::Lines(const plan::Plan& plan, const engine::Progress& progress, const Style& style)
    : plan_(plan), progress_(progress), style_(style) {
  constexpr std::size_t widest_name = 32;
  const Board board(plan, progress, style);
  for (const auto service : board.concerned()) {
    names_ = std::max(names_, display_width(safe(plan.services[service].name, style)));
  }
  names_ = std::min(names_, widest_name);
}

std::string Lines::prefix(Time at) const {
  const auto since = at - progress_.began_at.value_or(at);
  return fmt::format("[{:6.1f}s]", std::chrono::duration<double>(since).count());
}

std::string Lines::sign_of_life(Time now) const {
  constexpr std::size_t most_named = 3;
  const Board board(plan_, progress_, style_);
  std::vector<std::string> parts;
  if (board.redeploying() > 0)
    parts.push_back(fmt::format("{} of {} live", board.live(), board.redeploying()));
  std::size_t running = 0;
  for (const auto service : board.concerned()) {
    if (board.standing(service) != Standing::running || ++running > most_named) continue;
    parts.push_back(board.name(service) + " " + board.state(service, now).words);
  }
  if (running > most_named) parts.push_back(fmt::format("{} more under way", running - most_named));
  if (const auto left = time_left(plan_, progress_, now)) parts.push_back(time_left_words(*left));
  return paint(prefix(now), Tone::quiet, style_) + " " + join(parts, "; ");
}

std::optional<std::string> Lines::line_for(const Event& event) {
  std::optional<std::string> words;
  std::optional<std::size_t> service = event.service;
  if (event.link) {
    service = plan_.links[*event.link].service;
    words = link_words(event);
  } else if (event.service) {
    words = service_words(event);
  } else {
    words = run_words(event);
  }
  if (!words) return std::nullopt;
  auto line = paint(prefix(event.at), Tone::quiet, style_) + " ";
  if (service) line += pad(safe(plan_.services[*service].name, style_), names_) + "  ";
  return line + paint(*words, tone_of(event), style_);
}

// A link that failed ends its service's part of the run, and is told there.
std::optional<std::string> Lines::link_words(const Event& event) const {
  const auto& link = plan_.links[*event.link];
  const bool add = link.action == plan::LinkAction::add;
  const auto group = safe(link.group_name, style_);
  const auto verb = add ? "link" : "unlink";
  switch (event.kind) {
    case EventKind::link_answered:
      if (is_success(event.number)) return std::nullopt;
      return fmt::format("{} {}: {}", verb, group, answer_words(event, style_));
    case EventKind::link_proved:
      return fmt::format("{}ed {}", verb, group);
    default:
      return std::nullopt;
  }
}

std::optional<std::string> Lines::service_words(const Event& event) {
  const auto& progress = progress_.services[*event.service];
  switch (event.kind) {
    case EventKind::deploy_intended:
      if (event.number <= 1) return std::nullopt;
      return fmt::format("asking for a deploy again, attempt {}", event.number);
    case EventKind::deploy_answered:
    case EventKind::deploy_attributed:
      return deploy_words(event);
    case EventKind::deploy_observed:
      return status_news(event);
    case EventKind::health_observed: {
      if (std::exchange(told_[*event.service].health, event.number) == event.number) return std::nullopt;
      return event.text.empty() ? "health path: " + answer_words(event, style_)
                                : safe(event.text, style_, 500);
    }
    case EventKind::service_ended: {
      if (!is_good(progress.ending)) return with_why(ending_words(progress, style_), event, style_);
      if (progress.ending == Ending::linked) return ending_words(progress, style_);
      const auto taken = time_taken(progress);
      return with_why(taken ? "live after " + format_duration(*taken) : "live", event, style_);
    }
    case EventKind::failure_told:
      return failure_words(event, style_);
    default:
      return std::nullopt;
  }
}

std::optional<std::string> Lines::deploy_words(const Event& event) {
  if (event.kind == EventKind::deploy_answered && !is_success(event.number)) {
    return "deploy: " + answer_words(event, style_);
  }
  auto& told = told_[*event.service].deploy;
  if (event.deploy.empty() || told == event.deploy.text()) return std::nullopt;
  told = event.deploy.text();
  return "deploy " + safe(told, style_);
}

std::optional<std::string> Lines::status_news(const Event& event) {
  if (std::exchange(told_[*event.service].status, event.status) == event.status) return std::nullopt;
  const auto status = model::deploy_status_from(event.status);
  // How a deploy ends is said when the service's part of the run ends.
  if (!model::is_running(status)) return std::nullopt;
  return status_words(status, event.status, style_);
}

std::optional<std::string> Lines::run_words(const Event& event) const {
  switch (event.kind) {
    case EventKind::run_began: {
      const Board board(plan_, progress_, style_);
      if (board.redeploying() == 0) return count_of(plan_.links.size(), "link");
      return fmt::format("{}, {} in {}", count_of(plan_.links.size(), "link"),
                         count_of(board.redeploying(), "service"), count_of(plan_.waves.size(), "wave"));
    }
    case EventKind::run_resumed:
      return "going on: what was asked for and not answered is looked up first";
    case EventKind::waiting:
      return safe(event.text, style_, 500);
    case EventKind::interrupted:
      return event.number > 1 ? "interrupted again: leaving now, what runs on Render runs on"
                              : "interrupted: nothing more is started, what runs on Render runs on";
    case EventKind::run_ended:
      return with_why(progress_.exit_code == 0 ? "done" : "stopped", event, style_);
    default:
      return std::nullopt;
  }
}

}  // namespace envlink::view
