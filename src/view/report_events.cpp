#include <fmt/format.h>

#include "base/text.h"
#include "view/board.h"
#include "view/layout.h"
#include "view/report_words.h"

namespace envlink::view {
namespace {

using engine::Event;
using engine::EventKind;

constexpr std::size_t longest = 500;

bool is_success(const Event& event) {
  return event.number >= 200 && event.number < 300;
}

std::string with(std::string words, std::string_view more, std::string_view between, const Style& style) {
  if (!more.empty()) words.append(between).append(safe(more, style, longest));
  return words;
}

std::string answer(const Event& event, const Style& style) {
  return with(event.number == 0 ? "no answer" : fmt::format("Render answered {}", event.number), event.text,
              ": ", style);
}

std::string attempt(const Event& event) {
  return event.number > 1 ? fmt::format(", attempt {}", event.number) : "";
}

std::string link_words(const plan::Plan& plan, const Event& event, const Style& style) {
  const auto link = link_of(plan, event);
  const bool add = !link || plan.links[*link].action == plan::LinkAction::add;
  const std::string group = link ? safe(plan.links[*link].group_name, style) : "a group";
  const auto* verb = add ? "link" : "unlink";
  switch (event.kind) {
    case EventKind::link_intended:
      return fmt::format("{} {}: asked for{}", verb, group, attempt(event));
    case EventKind::link_answered:
      return fmt::format("{} {}: {}", verb, group, answer(event, style));
    case EventKind::link_proved:
      return fmt::format("{}ed {}: the group shows it", verb, group);
    default:
      return with(with(fmt::format("{} {}: failed", verb, group), event.text, ": ", style), event.cure, " → ",
                  style);
  }
}

std::string ending(const Event& event, const Style& style) {
  engine::ServiceProgress ended;
  ended.ending = engine::ending_from(event.status).value_or(engine::Ending::failed);
  return with(with(ending_words(ended, style), event.text, ": ", style), event.cure, " → ", style);
}

std::string failure(const Event& event, const Style& style) {
  if (!event.text.empty()) return with("why it failed", event.text, ": ", style);
  if (!event.lines.empty()) return "the end of its log was read";
  return with("the reason and the log are not told", event.cure, " → ", style);
}

}  // namespace

std::string event_words(const plan::Plan& plan, const Event& event, const Style& style) {
  switch (event.kind) {
    case EventKind::run_began:
      return "the run began";
    case EventKind::run_resumed:
      return "a new process went on with it";
    case EventKind::link_intended:
    case EventKind::link_answered:
    case EventKind::link_proved:
    case EventKind::link_failed:
      return link_words(plan, event, style);
    case EventKind::snapshot_taken:
      return "its deploys were read: " + count_of(event.deploys.size(), "deploy");
    case EventKind::deploy_intended:
      return with("a deploy was asked for" + attempt(event), event.text, ": ", style);
    case EventKind::deploy_answered:
      return with(answer(event, style), event.deploy.text(), ", ", style);
    case EventKind::deploy_attributed:
      return with(with("deploy", event.deploy.text(), " ", style) + " carries the change", event.text, ": ",
                  style);
    case EventKind::deploy_observed:
      return status_words(model::deploy_status_from(event.status), event.status, style);
    case EventKind::health_observed:
      return event.text.empty() ? "health path: " + answer(event, style) : safe(event.text, style, longest);
    case EventKind::service_ended:
      return ending(event, style);
    case EventKind::failure_told:
      return failure(event, style);
    case EventKind::waiting:
      return safe(event.text, style, longest);
    case EventKind::interrupted:
      return event.number > 1 ? "interrupted again: envlink left at once"
                              : "interrupted: nothing more was begun";
    case EventKind::run_ended:
      return with(fmt::format("the run ended with exit {}", event.number), event.text, ": ", style);
  }
  return {};
}

Tone event_tone(const Event& event) {
  switch (event.kind) {
    case EventKind::link_failed:
    case EventKind::failure_told:
      return Tone::bad;
    case EventKind::link_answered:
    case EventKind::deploy_answered:
      return is_success(event) ? Tone::quiet : Tone::caution;
    case EventKind::waiting:
    case EventKind::interrupted:
    case EventKind::run_resumed:
      return Tone::caution;
    case EventKind::link_proved:
      return Tone::good;
    case EventKind::run_ended:
      return event.number == 0 ? Tone::good : Tone::bad;
    case EventKind::service_ended: {
      const auto how = engine::ending_from(event.status).value_or(engine::Ending::failed);
      if (is_good(how)) return Tone::good;
      return how == engine::Ending::not_started ? Tone::quiet : Tone::bad;
    }
    default:
      return Tone::plain;
  }
}

bool is_news(const Event& event) {
  switch (event.kind) {
    case EventKind::link_intended:
    case EventKind::deploy_intended:
      return event.number > 1;
    case EventKind::link_answered:
    case EventKind::deploy_answered:
      return !is_success(event);
    case EventKind::snapshot_taken:
      return false;
    case EventKind::deploy_observed:  // how a deploy ends is told when its service ends
      return model::is_running(model::deploy_status_from(event.status));
    default:
      return true;
  }
}

}  // namespace envlink::view
