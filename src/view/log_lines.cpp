#include "view/log_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"
#include "view/time_left.h"

namespace envlink::view {
namespace {

using engine::Event;
using engine::ServiceOutcome;

bool is_success(int http_status) {
  return http_status >= 200 && http_status < 300;
}

/// "HTTP 503", or what came instead of an answer.
std::string answer_words(int http_status, const std::string& why, const Style& style) {
  const std::string words = http_status == 0 ? "no answer" : fmt::format("HTTP {}", http_status);
  return why.empty() ? words : words + ": " + safe(why, style, 500);
}

std::string with_why(std::string words, const engine::ServiceEnded& ended, const Style& style) {
  if (!ended.why.empty()) words += ": " + safe(ended.why, style, 500);
  if (!ended.cure.empty())
    words += fmt::format(" {} {}", sign(Symbol::arrow, style), safe(ended.cure, style, 500));
  return words;
}

/// What the events say, and the end of the log below it: all of it stands in the outcome.
std::optional<std::string> failure_words(const engine::FailureTold& told, const Style& style) {
  constexpr std::size_t most_lines = 5;
  constexpr std::size_t indent = 10;  // below the service's name, where the clock is not wider than usual
  std::string words;
  if (!told.told_by_render.empty()) words = "why: " + safe(told.told_by_render, style, 500);
  if (told.log.empty() && !told.no_log.empty()) {
    if (!words.empty()) words += fmt::format(" {} ", sign(Symbol::arrow, style));
    words += safe(told.no_log, style, 500);
  }
  const std::size_t first = told.log.size() > most_lines ? told.log.size() - most_lines : 0;
  if (words.empty() && !told.log.empty()) words = "the last lines of its log:";
  for (std::size_t i = first; i < told.log.size(); ++i) {
    words += fmt::format("\n{:{}}{} {}", "", indent, log_bar(style), safe(told.log[i], style, 400));
  }
  if (words.empty()) return std::nullopt;
  return words;
}

Colour colour_of(const Event& event) {
  return std::visit(engine::ByKind{[](const engine::ServiceEnded& ended) {
                                     if (succeeded(ended.state)) return Colour::good;
                                     return ended.state == ServiceOutcome::not_started ? Colour::plain
                                                                                       : Colour::bad;
                                   },
                                   [](const engine::Waiting&) { return Colour::caution; },
                                   [](const engine::Interrupted&) { return Colour::caution; },
                                   [](const auto&) { return Colour::plain; }},
                    event.what);
}

}  // namespace

LogLines::LogLines(const plan::Plan& plan, const engine::Progress& progress, const Style& style)
    : plan_(plan), progress_(progress), style_(style) {
  constexpr std::size_t widest_name = 32;
  const RolloutStatus board(plan, progress, style);
  names_ = column_width(board.concerned(), widest_name,
                        [&](std::size_t service) { return safe(plan.services[service].name, style); });
}

std::string LogLines::prefix(Time at) const {
  const auto since = at - progress_.began_at.value_or(at);
  return fmt::format("[{:6.1f}s]", std::chrono::duration<double>(since).count());
}

std::string LogLines::sign_of_life(Time now) const {
  constexpr std::size_t most_named = 3;
  const RolloutStatus board(plan_, progress_, style_);
  std::vector<std::string> parts;
  if (board.redeploying() > 0)
    parts.push_back(fmt::format("{} of {} live", board.live(), board.redeploying()));
  std::size_t running = 0;
  for (const auto service : board.concerned()) {
    if (board.group_of(service) != ServiceStatusGroup::running || ++running > most_named) continue;
    parts.push_back(board.name(service) + " " + board.state(service, now).words);
  }
  if (running > most_named) parts.push_back(fmt::format("{} more under way", running - most_named));
  if (const auto left = time_left(plan_, progress_, now)) parts.push_back(time_left_words(*left));
  return paint(prefix(now), Colour::quiet, style_) + " " + join(parts, "; ");
}

std::optional<std::string> LogLines::line_for(const Event& event) {
  const std::optional<std::string> words =
      std::visit([this](const auto& what) { return words_for(what); }, event.what);
  if (!words) return std::nullopt;
  auto line = paint(prefix(event.at), Colour::quiet, style_) + " ";
  if (const engine::EventService* service = engine::service_of(event))
    line += pad(safe(service->name, style_), names_) + "  ";
  return line + paint(*words, colour_of(event), style_);
}

LogLines::Words LogLines::words_for(const engine::RunBegan&) {
  const RolloutStatus board(plan_, progress_, style_);
  if (board.redeploying() == 0) return count_of(plan_.links.size(), "link");
  return fmt::format("{}, {} in {}", count_of(plan_.links.size(), "link"),
                     count_of(board.redeploying(), "service"), count_of(plan_.waves.size(), "wave"));
}

LogLines::Words LogLines::words_for(const engine::RunResumed&) {
  return "going on: what was asked for and not answered is looked up first";
}

LogLines::Words LogLines::words_for(const engine::LinkAnswered& answered) {
  if (is_success(answered.http_status)) return std::nullopt;
  return fmt::format("{} {}: {}", word(answered.link.action), safe(answered.link.group.name, style_),
                     answer_words(answered.http_status, answered.why, style_));
}

LogLines::Words LogLines::words_for(const engine::LinkProved& proved) {
  return fmt::format("{}ed {}", word(proved.link.action), safe(proved.link.group.name, style_));
}

LogLines::Words LogLines::words_for(const engine::DeployIntended& intended) {
  if (intended.attempt <= 1) return std::nullopt;
  return fmt::format("asking for a deploy again, attempt {}", intended.attempt);
}

LogLines::Words LogLines::words_for(const engine::DeployAnswered& answered) {
  if (!is_success(answered.http_status))
    return "deploy: " + answer_words(answered.http_status, answered.why, style_);
  return deploy_news(answered.service, answered.deploy);
}

LogLines::Words LogLines::words_for(const engine::DeployAttributed& attributed) {
  return deploy_news(attributed.service, attributed.deploy);
}

LogLines::Words LogLines::deploy_news(const engine::EventService& service, const DeployId& deploy) {
  auto& told = told_[service.position].deploy;
  if (deploy.empty() || told == deploy) return std::nullopt;
  told = deploy;
  return "deploy " + safe(deploy.text(), style_);
}

LogLines::Words LogLines::words_for(const engine::DeployObserved& observed) {
  auto& told = told_[observed.service.position].status;
  if (std::exchange(told, observed.deploy_status) == observed.deploy_status) return std::nullopt;
  const auto status = model::deploy_status_from(observed.deploy_status);
  // How a deploy ends is said when the service's part of the run ends.
  if (!model::is_running(status)) return std::nullopt;
  return status_words(status, observed.deploy_status, style_);
}

LogLines::Words LogLines::words_for(const engine::HealthObserved& observed) {
  auto& told = told_[observed.service.position].health;
  if (std::exchange(told, observed.http_status) == observed.http_status) return std::nullopt;
  return safe(observed.why, style_, 500);
}

LogLines::Words LogLines::words_for(const engine::ServiceEnded& ended) {
  const auto& progress = progress_.services[ended.service.position];
  if (!succeeded(ended.state)) return with_why(ending_words(progress, style_), ended, style_);
  if (ended.state == ServiceOutcome::linked) return ending_words(progress, style_);
  const auto taken = time_taken(progress);
  return with_why(taken ? "live after " + format_duration(*taken) : "live", ended, style_);
}

LogLines::Words LogLines::words_for(const engine::FailureTold& told) {
  return failure_words(told, style_);
}

LogLines::Words LogLines::words_for(const engine::Waiting& waiting) {
  return safe(waiting.why, style_, 500);
}

LogLines::Words LogLines::words_for(const engine::Interrupted& interrupted) {
  return interrupted.times > 1 ? "interrupted again: leaving now, what runs on Render runs on"
                               : "interrupted: nothing more is started, what runs on Render runs on";
}

LogLines::Words LogLines::words_for(const engine::RunEnded& ended) {
  return model::is_success(ended.outcome) ? "done" : "stopped";
}

}  // namespace envlink::view
