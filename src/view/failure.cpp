#include "view/failure.h"

#include <fmt/format.h>

#include "base/text.h"
#include "view/board.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using engine::Ending;
using engine::EventKind;

constexpr std::size_t most_log_lines = 8;  // all of them stand in the outcome

class Card {
 public:
  Card(const State& state, const std::string& name, const Style& style) : style_(style) {
    const std::string mark(sign(state.mark, style));
    indent_ = display_width(mark) + 1;
    lead_ = paint(mark, state.tone, style) + " ";
    name_ = name;
  }

  /// The first words stand behind the name.
  void say(const std::string& words, Tone tone = Tone::plain) {
    const auto whole = name_.empty() ? words : name_ + ": " + words;
    name_.clear();
    if (whole.empty()) return;
    for (const auto& line : fold(whole, indent_, style_)) {
      add(line, tone);
      lead_.assign(indent_, ' ');
    }
  }
  void say_log(const std::string& words) {
    Line line(style_);
    line.add(std::string(indent_, ' ')).add(log_bar(style_), Tone::quiet).add(" ").add(words);
    lines.push_back(line.text());
  }

  std::vector<std::string> lines;

 private:
  void add(const std::string& words, Tone tone) {
    const auto room = style_.width > indent_ ? style_.width - indent_ : 0;
    if (room == 0) return;
    lines.push_back(lead_ + paint(cut(words, room, style_), tone, style_));
  }

  const Style& style_;
  std::size_t indent_ = 0;
  std::string lead_;
  std::string name_;
};

void tell_end(Card& card, const engine::ServiceProgress& service, const State& state, const Style& style) {
  auto words = ending_words(service, style);
  const auto taken = time_taken(service);
  if (taken && service.ending != Ending::timed_out) words += " after " + format_duration(*taken);
  if (!service.deploy.empty()) words += ", " + safe(service.deploy.text(), style);
  card.say(words, state.tone);
  // The status of a deploy says enough; where none was made the reason has to.
  if (!service.deploy.empty() && service.ending != Ending::unsettled) return;
  card.say(safe(service.reason, style, 500));
  if (!service.cure.empty()) {
    card.say(fmt::format("{} {}", sign(Mark::arrow, style), safe(service.cure, style, 500)));
  }
}

void tell_why(Card& card, const engine::ServiceProgress& service, const engine::Event& event,
              const Style& style) {
  card.say(event.text.empty() ? std::string(event.lines.empty() ? "why is not known" : "its log ends with")
                              : safe(event.text, style, 500));
  const auto first = event.lines.size() > most_log_lines ? event.lines.size() - most_log_lines : 0;
  for (auto i = first; i < event.lines.size(); ++i) card.say_log(safe(event.lines[i], style, 400));
  const auto& cure = event.cure.empty() ? service.cure : event.cure;
  if (!cure.empty()) card.say(fmt::format("{} {}", sign(Mark::arrow, style), safe(cure, style, 500)));
}

}  // namespace

std::vector<std::string> failure_lines(const plan::Plan& plan, const engine::Progress& progress,
                                       const engine::Event& event, const Style& style) {
  const bool ended = event.kind == EventKind::service_ended;
  if (!event.service || (!ended && event.kind != EventKind::failure_told)) return {};
  const auto& service = progress.services[*event.service];
  if (engine::is_good(service.ending) || service.ending == Ending::not_started) return {};
  const auto state = Board(plan, progress, style).state(*event.service, event.at);
  Card card(state, safe(plan.services[*event.service].name, style), style);
  if (ended) {
    tell_end(card, service, state, style);
  } else {
    tell_why(card, service, event, style);
  }
  return std::move(card.lines);
}

}  // namespace envlink::view
