#pragma once
// How a report puts it: the words that its text and its page share. All of them are safe to print.

#include <string>
#include <string_view>

#include "engine/event.h"
#include "view/run_timeline.h"
#include "view/style.h"

namespace envlink::view {

struct Verdict {
  Colour colour = Colour::plain;
  std::string words;  // "done", "a deploy failed"
};
Verdict verdict_of(const Report& report);

/// How far it came, what is left of it and what to do about it, a sentence each.
std::vector<std::string> left_of(const Report& report, const RunTimeline& timeline);

/// "2026-11-23 21:17:29Z"
std::string day_and_time(Time time);

/// One line for every kind of event; the service is named beside it.
std::string event_words(const engine::Event& event, const Style& style);
Colour event_colour(const engine::Event& event);
/// Not a step that goes without saying, such as a request and its answer of success.
bool is_news(const engine::Event& event);

/// "links 0.2s, build 41s, start 8s"; of what does not fit, the shortest goes first.
std::string stage_words(const ServiceTimeline& timeline, std::size_t width = 1000);

}  // namespace envlink::view
