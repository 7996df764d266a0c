#include <fmt/format.h>

#include "base/text.h"
#include "view/layout.h"
#include "view/report_words.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

using engine::ByKind;
using engine::Event;

constexpr std::size_t longest = 500;

bool is_success(int http_status) {
  return http_status >= 200 && http_status < 300;
}

std::string attempt_words(int attempt) {
  return attempt > 1 ? fmt::format(", attempt {}", attempt) : "";
}

/// Puts an event into words, by its kind.
struct EventWords {
  const Style& style;

  std::string with(std::string words, std::string_view more, std::string_view between) const {
    if (!more.empty()) words.append(between).append(safe(more, style, longest));
    return words;
  }
  std::string answer(int http_status, const std::string& why) const {
    return with(http_status == 0 ? "no answer" : fmt::format("Render answered {}", http_status), why, ": ");
  }
  std::string change(const engine::EventLink& link) const {
    return fmt::format("{} {}", word(link.action), safe(link.group.name, style));
  }

  std::string operator()(const engine::RunBegan&) const { return "the run began"; }
  std::string operator()(const engine::RunResumed&) const { return "a new process went on with it"; }
  std::string operator()(const engine::LinkIntended& intended) const {
    return fmt::format("{}: asked for{}", change(intended.link), attempt_words(intended.attempt));
  }
  std::string operator()(const engine::LinkAnswered& answered) const {
    return fmt::format("{}: {}", change(answered.link), answer(answered.http_status, answered.why));
  }
  std::string operator()(const engine::LinkProved& proved) const {
    return fmt::format("{}ed {}: the group shows it", word(proved.link.action),
                       safe(proved.link.group.name, style));
  }
  std::string operator()(const engine::LinkFailed& failed) const {
    return with(with(change(failed.link) + ": failed", failed.why, ": "), failed.cure, " → ");
  }
  std::string operator()(const engine::SnapshotTaken& taken) const {
    return "its deploys were read: " + count_of(taken.deploys.size(), "deploy");
  }
  std::string operator()(const engine::DeployIntended& intended) const {
    const std::string words = "a deploy was asked for" + attempt_words(intended.attempt);
    if (intended.mode == engine::DeployMode::rollback)
      return with(words, intended.rollback_to.text(), ": rollback to ");
    return with(words, word(intended.mode), ": ");
  }
  std::string operator()(const engine::DeployAnswered& answered) const {
    return with(answer(answered.http_status, answered.why), answered.deploy.text(), ", ");
  }
  std::string operator()(const engine::DeployAttributed& attributed) const {
    return with(with("deploy", attributed.deploy.text(), " ") + " carries the change", attributed.how, ": ");
  }
  std::string operator()(const engine::DeployObserved& observed) const {
    return status_words(model::deploy_status_from(observed.deploy_status), observed.deploy_status, style);
  }
  std::string operator()(const engine::HealthObserved& observed) const {
    return safe(observed.why, style, longest);
  }
  std::string operator()(const engine::ServiceEnded& ended) const {
    engine::ServiceProgress progress;
    progress.ending = ended.state;
    return with(with(ending_words(progress, style), ended.why, ": "), ended.cure, " → ");
  }
  std::string operator()(const engine::FailureTold& told) const {
    if (!told.told_by_render.empty()) return with("why it failed", told.told_by_render, ": ");
    if (!told.log.empty()) return "the end of its log was read";
    return with("the reason and the log are not told", told.no_log, " → ");
  }
  std::string operator()(const engine::Waiting& waiting) const { return safe(waiting.why, style, longest); }
  std::string operator()(const engine::Interrupted& interrupted) const {
    return interrupted.times > 1 ? "interrupted again: envlink left at once"
                                 : "interrupted: nothing more was begun";
  }
  std::string operator()(const engine::RunEnded& ended) const {
    return fmt::format("the run ended with exit {}", exit_code(ended.outcome));
  }
};

Colour tone_of_answer(int http_status) {
  return is_success(http_status) ? Colour::quiet : Colour::caution;
}

}  // namespace

std::string event_words(const Event& event, const Style& style) {
  return std::visit(EventWords{style}, event.what);
}

Colour event_colour(const Event& event) {
  return std::visit(
      ByKind{[](const engine::LinkFailed&) { return Colour::bad; },
             [](const engine::FailureTold&) { return Colour::bad; },
             [](const engine::LinkAnswered& answered) { return tone_of_answer(answered.http_status); },
             [](const engine::DeployAnswered& answered) { return tone_of_answer(answered.http_status); },
             [](const engine::Waiting&) { return Colour::caution; },
             [](const engine::Interrupted&) { return Colour::caution; },
             [](const engine::RunResumed&) { return Colour::caution; },
             [](const engine::LinkProved&) { return Colour::good; },
             [](const engine::RunEnded& ended) {
               return model::is_success(ended.outcome) ? Colour::good : Colour::bad;
             },
             [](const engine::ServiceEnded& ended) {
               if (succeeded(ended.state)) return Colour::good;
               return ended.state == engine::ServiceOutcome::not_started ? Colour::quiet : Colour::bad;
             },
             [](const auto&) { return Colour::plain; }},
      event.what);
}

bool is_news(const Event& event) {
  return std::visit(
      ByKind{[](const engine::LinkIntended& intended) { return intended.attempt > 1; },
             [](const engine::DeployIntended& intended) { return intended.attempt > 1; },
             [](const engine::LinkAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::DeployAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::SnapshotTaken&) { return false; },
             // How a deploy ends is told when its service ends.
             [](const engine::DeployObserved& observed) {
               return model::is_running(model::deploy_status_from(observed.deploy_status));
             },
             [](const auto&) { return true; }},
      event.what);
}

}  // namespace envlink::view
