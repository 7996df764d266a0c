#include "view/failure.h"

#include <fmt/format.h>

#include "base/text.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

using engine::ServiceOutcome;

constexpr std::size_t most_log_lines = 8;  // all of them stand in the outcome

class Card {
 public:
  Card(const ServiceLabel& state, const std::string& name, const Style& style) : style_(style) {
    const std::string mark(sign(state.mark, style));
    indent_ = display_width(mark) + 1;
    lead_ = paint(mark, state.colour, style) + " ";
    name_ = name;
  }

  /// The first words stand behind the name.
  void say(const std::string& words, Colour colour = Colour::plain) {
    const auto whole = name_.empty() ? words : name_ + ": " + words;
    name_.clear();
    if (whole.empty()) return;
    for (const auto& line : fold(whole, indent_, style_)) {
      add(line, colour);
      lead_.assign(indent_, ' ');
    }
  }
  void say_log(const std::string& words) {
    Line line(style_);
    line.add(std::string(indent_, ' ')).add(log_bar(style_), Colour::quiet).add(" ").add(words);
    lines.push_back(line.text());
  }

  std::vector<std::string> lines;

 private:
  void add(const std::string& words, Colour colour) {
    const auto room = style_.width > indent_ ? style_.width - indent_ : 0;
    if (room == 0) return;
    lines.push_back(lead_ + paint(cut(words, room, style_), colour, style_));
  }

  const Style& style_;
  std::size_t indent_ = 0;
  std::string lead_;
  std::string name_;
};

void tell_end(Card& card, const engine::ServiceProgress& service, const ServiceLabel& state,
              const Style& style) {
  auto words = ending_words(service, style);
  const auto taken = time_taken(service);
  if (taken && service.ending != ServiceOutcome::timed_out) words += " after " + format_duration(*taken);
  if (!service.deploy.empty()) words += ", " + safe(service.deploy.text(), style);
  card.say(words, state.colour);
  // The status of a deploy says enough; where none was made the reason has to.
  if (!service.deploy.empty() && service.ending != ServiceOutcome::unsettled) return;
  card.say(safe(service.reason, style, 500));
  if (!service.cure.empty()) {
    card.say(fmt::format("{} {}", sign(Symbol::arrow, style), safe(service.cure, style, 500)));
  }
}

void tell_why(Card& card, const engine::ServiceProgress& service, const engine::FailureTold& told,
              const Style& style) {
  const std::string unknown = told.log.empty() ? "why is not known" : "its log ends with";
  card.say(told.told_by_render.empty() ? unknown : safe(told.told_by_render, style, 500));
  const auto first = told.log.size() > most_log_lines ? told.log.size() - most_log_lines : 0;
  for (auto i = first; i < told.log.size(); ++i) card.say_log(safe(told.log[i], style, 400));
  const auto& cure = told.no_log.empty() ? service.cure : told.no_log;
  if (!cure.empty()) card.say(fmt::format("{} {}", sign(Symbol::arrow, style), safe(cure, style, 500)));
}

}  // namespace

std::vector<std::string> failure_lines(const plan::Plan& plan, const engine::Progress& progress,
                                       const engine::Event& event, const Style& style) {
  const auto* told = event.as<engine::FailureTold>();
  if (told == nullptr && !event.is<engine::ServiceEnded>()) return {};
  const engine::EventService& which = *engine::service_of(event);
  const auto& service = progress.services[which.position];
  if (succeeded(service.ending) || service.ending == ServiceOutcome::not_started) return {};
  const auto state = RolloutStatus(plan, progress, style).state(which.position, event.at);
  Card card(state, safe(which.name, style), style);
  if (told != nullptr) {
    tell_why(card, service, *told, style);
  } else {
    tell_end(card, service, state, style);
  }
  return std::move(card.lines);
}

}  // namespace envlink::view
