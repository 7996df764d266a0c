#include "view/event_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

using engine::ByKind;
using engine::Event;
using engine::ServiceOutcome;

constexpr std::size_t longest = 500;

bool is_success(int http_status) {
  return http_status >= 200 && http_status < 300;
}

std::string attempt_words(int attempt) {
  return attempt > 1 ? fmt::format(", attempt {}", attempt) : "";
}

/// Helpers for the words of an event.
struct Phrases {
  const Style& style;

  std::string with(std::string words, std::string_view more, std::string_view between) const {
    if (!more.empty()) words.append(between).append(safe(more, style, longest));
    return words;
  }
  std::string answer(std::string_view answered, int http_status, std::string_view why) const {
    return with(http_status == 0 ? "no answer" : fmt::format("{} {}", answered, http_status), why, ": ");
  }
  std::string change(const engine::EventLink& link, std::string_view done = "") const {
    return fmt::format("{}{} {}", word(link.action), done, safe(link.group.name, style));
  }
  std::string change(engine::HoldAction action) const {
    return action == engine::HoldAction::hold ? "switch auto-deploy off" : "switch auto-deploy back on";
  }
  std::string change(const engine::EventValue& value) const {
    return fmt::format("{} {}", word(value.action), safe(value.key, style));
  }
  std::string failure(const std::string& change, const std::string& why, const std::string& cure) const {
    return with(with(change + ": failed", why, ": "), cure, arrow());
  }
  std::string group_failure(const engine::GroupFailed& failed) const {
    return failure(failed.group.id.empty() ? "create the group" : "read the group back", failed.why,
                   failed.cure);
  }
  std::string arrow() const { return fmt::format(" {} ", sign(Symbol::arrow, style)); }
};

struct EventWords : Phrases {
  std::string operator()(const engine::RunBegan&) const { return "the run began"; }
  std::string operator()(const engine::RunResumed&) const { return "a new process continued it"; }
  std::string operator()(const engine::HoldIntended& intended) const {
    return fmt::format("{}: requested{}", change(intended.action), attempt_words(intended.attempt));
  }
  std::string operator()(const engine::HoldAnswered& answered) const {
    return fmt::format("{}: {}", change(answered.action),
                       answer("Render answered", answered.http_status, answered.why));
  }
  std::string operator()(const engine::HoldProved& proved) const {
    return fmt::format("auto-deploy is {}: read back", safe(proved.found, style));
  }
  std::string operator()(const engine::HoldFailed& failed) const {
    return failure(change(failed.action), failed.why, failed.cure);
  }
  std::string operator()(const engine::LinkIntended& intended) const {
    return fmt::format("{}: requested{}", change(intended.link), attempt_words(intended.attempt));
  }
  std::string operator()(const engine::LinkAnswered& answered) const {
    return fmt::format("{}: {}", change(answered.link),
                       answer("Render answered", answered.http_status, answered.why));
  }
  std::string operator()(const engine::LinkProved& proved) const {
    return change(proved.link, "ed") + ": the group shows it";
  }
  std::string operator()(const engine::LinkFailed& failed) const {
    return failure(change(failed.link), failed.why, failed.cure);
  }
  std::string operator()(const engine::GroupIntended& intended) const {
    return fmt::format("create group {}: requested{}", safe(intended.group.name, style),
                       attempt_words(intended.attempt));
  }
  std::string operator()(const engine::GroupAnswered& answered) const {
    return fmt::format("create group {}: {}", safe(answered.group.name, style),
                       answer("Render answered", answered.http_status, answered.why));
  }
  std::string operator()(const engine::GroupMade& made) const {
    return with(
        with("the group " + safe(made.group.name, style) + " was created", made.group.id.text(), ", "),
        made.how, ": ");
  }
  std::string operator()(const engine::GroupFailed& failed) const { return group_failure(failed); }
  std::string operator()(const engine::ValueIntended& intended) const {
    return fmt::format("{}: requested{}", change(intended.value), attempt_words(intended.attempt));
  }
  std::string operator()(const engine::ValueAnswered& answered) const {
    return fmt::format("{}: {}", change(answered.value),
                       answer("Render answered", answered.http_status, answered.why));
  }
  std::string operator()(const engine::ValueProved& proved) const {
    return change(proved.value) + ": read back, as wanted";
  }
  std::string operator()(const engine::ValueFailed& failed) const {
    return failure(change(failed.value), failed.why, failed.cure);
  }
  std::string operator()(const engine::SnapshotTaken& taken) const {
    return "its deploys were read: " + count_of(taken.deploys.size(), "deploy");
  }
  std::string operator()(const engine::DeployIntended& intended) const {
    const std::string words = "a deploy was requested" + attempt_words(intended.attempt);
    if (intended.mode == engine::DeployMode::rollback)
      return with(words, intended.rollback_to.text(), ": rollback to ");
    return with(words, word(intended.mode), ": ");
  }
  std::string operator()(const engine::DeployAnswered& answered) const {
    return with(answer("Render answered", answered.http_status, answered.why), answered.deploy.text(), ", ");
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
    progress.outcome = ended.state;
    return with(with(outcome_words(progress, style), ended.why, ": "), ended.cure, arrow());
  }
  std::string operator()(const engine::FailureTold& told) const {
    if (!told.told_by_render.empty()) return with("why it failed", told.told_by_render, ": ");
    if (!told.log.empty()) return "the end of its log was read";
    return with("reason and log unknown", told.no_log, arrow());
  }
  std::string operator()(const engine::Waiting& waiting) const { return safe(waiting.why, style, longest); }
  std::string operator()(const engine::Interrupted& interrupted) const {
    return interrupted.times > 1 ? "interrupted again: envlink stopped at once"
                                 : "interrupted: nothing more was started";
  }
  std::string operator()(const engine::RunEnded& ended) const {
    return fmt::format("the run ended with exit {}", exit_code(ended.outcome));
  }
};

Colour tone_of_answer(int http_status) {
  return is_success(http_status) ? Colour::quiet : Colour::caution;
}

/// In the log of a run in progress most lines are plain.
Colour log_colour(const Event& event) {
  if (event.is<engine::Waiting>() || event.is<engine::Interrupted>()) return Colour::caution;
  const auto* ended = event.as<engine::ServiceEnded>();
  if (ended == nullptr || ended->state == ServiceOutcome::not_started) return Colour::plain;
  return succeeded(ended->state) ? Colour::good : Colour::bad;
}

}  // namespace

std::string event_words(const Event& event, const Style& style) {
  return std::visit(EventWords{{style}}, event.what);
}

Colour event_colour(const Event& event) {
  return std::visit(
      ByKind{[](const engine::HoldFailed&) { return Colour::bad; },
             [](const engine::HoldAnswered& answered) { return tone_of_answer(answered.http_status); },
             [](const engine::HoldProved&) { return Colour::good; },
             [](const engine::GroupFailed&) { return Colour::bad; },
             [](const engine::GroupAnswered& answered) { return tone_of_answer(answered.http_status); },
             [](const engine::GroupMade&) { return Colour::good; },
             [](const engine::ValueFailed&) { return Colour::bad; },
             [](const engine::ValueAnswered& answered) { return tone_of_answer(answered.http_status); },
             [](const engine::ValueProved&) { return Colour::good; },
             [](const engine::LinkFailed&) { return Colour::bad; },
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
      ByKind{[](const engine::HoldIntended& intended) { return intended.attempt > 1; },
             [](const engine::HoldAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::GroupIntended& intended) { return intended.attempt > 1; },
             [](const engine::GroupAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::ValueIntended& intended) { return intended.attempt > 1; },
             [](const engine::ValueAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::LinkIntended& intended) { return intended.attempt > 1; },
             [](const engine::DeployIntended& intended) { return intended.attempt > 1; },
             [](const engine::LinkAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::DeployAnswered& answered) { return !is_success(answered.http_status); },
             [](const engine::SnapshotTaken&) { return false; },
             // The end of a deploy is reported when its service ends.
             [](const engine::DeployObserved& observed) {
               return model::is_running(model::deploy_status_from(observed.deploy_status));
             },
             [](const auto&) { return true; }},
      event.what);
}

/// The log line for each kind of event.
struct LogLines::Words : Phrases {
  using Said = std::optional<std::string>;
  LogLines& log;

  Said operator()(const engine::RunBegan&) const {
    const auto& waves = log.plan_.waves;
    std::vector<std::string> parts;
    if (log.plan_.new_group) parts.emplace_back("1 group");
    if (!log.plan_.values.empty()) parts.push_back(count_of(log.plan_.values.size(), "value"));
    if (!log.plan_.links.empty() || parts.empty()) parts.push_back(count_of(log.plan_.links.size(), "link"));
    const std::size_t deploys = RolloutStatus(log.plan_, log.progress_, style).redeploying();
    if (deploys > 0)
      parts.push_back(fmt::format("{} in {}", count_of(deploys, "service"), count_of(waves.size(), "wave")));
    return join(parts, ", ");
  }
  Said operator()(const engine::RunResumed&) const {
    return "continuing: looking up the requests that were not answered";
  }
  Said operator()(const engine::HoldAnswered& answered) const {
    if (is_success(answered.http_status)) return std::nullopt;
    return fmt::format("{}: {}", change(answered.action), answer("HTTP", answered.http_status, answered.why));
  }
  Said operator()(const engine::HoldProved& proved) const {
    if (proved.action == engine::HoldAction::hold) return "auto-deploy off";
    return fmt::format("auto-deploy restored: {}", safe(proved.found, style));
  }
  Said operator()(const engine::HoldFailed& failed) const {
    return failure(change(failed.action), failed.why, failed.cure);
  }
  Said operator()(const engine::GroupAnswered& answered) const {
    if (is_success(answered.http_status)) return std::nullopt;
    return fmt::format("create the group: {}", answer("HTTP", answered.http_status, answered.why));
  }
  Said operator()(const engine::GroupMade& made) const {
    return with("created the group, " + safe(made.group.id.text(), style), made.how, ": ");
  }
  Said operator()(const engine::GroupFailed& failed) const { return group_failure(failed); }
  Said operator()(const engine::ValueAnswered& answered) const {
    if (is_success(answered.http_status)) return std::nullopt;
    return fmt::format("{}: {}", change(answered.value), answer("HTTP", answered.http_status, answered.why));
  }
  Said operator()(const engine::ValueProved& proved) const { return change(proved.value); }
  Said operator()(const engine::ValueFailed& failed) const {
    return failure(change(failed.value), failed.why, failed.cure);
  }
  Said operator()(const engine::LinkAnswered& answered) const {
    if (is_success(answered.http_status)) return std::nullopt;
    return fmt::format("{}: {}", change(answered.link), answer("HTTP", answered.http_status, answered.why));
  }
  Said operator()(const engine::LinkProved& proved) const { return change(proved.link, "ed"); }
  Said operator()(const engine::DeployIntended& intended) const {
    if (intended.attempt <= 1) return std::nullopt;
    return "requesting the deploy again" + attempt_words(intended.attempt);
  }
  Said operator()(const engine::DeployAnswered& answered) const {
    if (is_success(answered.http_status)) return deploy_news(answered.service, answered.deploy);
    return "deploy: " + answer("HTTP", answered.http_status, answered.why);
  }
  Said operator()(const engine::DeployAttributed& attributed) const {
    return deploy_news(attributed.service, attributed.deploy);
  }
  Said operator()(const engine::DeployObserved& observed) const {
    auto& told = log.told_[observed.service.position].status;
    if (std::exchange(told, observed.deploy_status) == observed.deploy_status) return std::nullopt;
    const auto status = model::deploy_status_from(observed.deploy_status);
    // The end of a deploy is reported when the service ends.
    if (!model::is_running(status)) return std::nullopt;
    return status_words(status, observed.deploy_status, style);
  }
  Said operator()(const engine::HealthObserved& observed) const {
    auto& told = log.told_[observed.service.position].health;
    if (std::exchange(told, observed.http_status) == observed.http_status) return std::nullopt;
    return safe(observed.why, style, longest);
  }
  Said operator()(const engine::ServiceEnded& ended) const {
    const auto& progress = log.progress_.services[ended.service.position];
    if (ended.state == ServiceOutcome::linked) return linked_words(log.plan_, ended.service.position);
    const auto taken = time_taken(progress);
    if (ended.state == ServiceOutcome::not_started) return std::nullopt;
    std::string words = taken ? "live after " + format_duration(*taken) : "live";
    if (!succeeded(ended.state)) words = outcome_words(progress, style);
    return with(words, ended.why, ": ");
  }
  Said operator()(const engine::FailureTold& told) const {
    if (told.told_by_render.empty()) return std::nullopt;
    return with("", told.told_by_render, "why: ");
  }
  Said operator()(const engine::Waiting& waiting) const { return safe(waiting.why, style, longest); }
  Said operator()(const engine::Interrupted& interrupted) const {
    return interrupted.times > 1 ? "interrupted again: stopping now; deploys continue on Render"
                                 : "interrupted: nothing more is started; deploys continue on Render";
  }
  Said operator()(const engine::RunEnded& ended) const {
    return model::is_success(ended.outcome) ? "done" : "stopped";
  }
  /// Routine events. A failed link is reported when its service ends.
  Said operator()(const auto&) const { return std::nullopt; }

  Said deploy_news(const engine::EventService& service, const DeployId& deploy) const {
    auto& told = log.told_[service.position].deploy;
    if (deploy.empty() || told == deploy) return std::nullopt;
    told = deploy;
    return "deploy " + safe(deploy.text(), style);
  }
};

LogLines::LogLines(const plan::Plan& plan, const engine::Progress& progress, const Style& style)
    : plan_(plan), progress_(progress), style_(style) {
  constexpr std::size_t widest_name = 32;
  const RolloutStatus board(plan, progress, style);
  names_ = column_width(board.concerned(), widest_name,
                        [&](std::size_t service) { return safe(plan.services[service].name, style); });
  names_ = std::max(names_, column_width(plan.values, widest_name, [&](const plan::ValueChange& value) {
                      return safe(value.group_name, style);
                    }));
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
  if (running > most_named) parts.push_back(fmt::format("{} more in progress", running - most_named));
  if (const auto left = time_left(plan_, progress_, now)) parts.push_back(time_left_words(*left));
  return paint(prefix(now), Colour::quiet, style_) + " " + join(parts, "; ");
}

std::optional<std::string> LogLines::line_for(const Event& event) {
  const std::optional<std::string> words = std::visit(Words{{style_}, *this}, event.what);
  if (!words) return std::nullopt;
  auto line = paint(prefix(event.at), Colour::quiet, style_) + " ";
  if (const engine::EventService* service = engine::service_of(event))
    line += pad(safe(service->name, style_), names_) + "  ";
  if (const engine::EventValue* value = engine::value_of(event))
    line += pad(safe(value->group.name, style_), names_) + "  ";
  if (const engine::EventGroup* group = engine::group_of(event))
    line += pad(safe(group->name, style_), names_) + "  ";
  return line + paint(*words, log_colour(event), style_);
}

}  // namespace envlink::view
