#pragma once
// Events in words: a line each in a report, and a line per change where there is no terminal. Pure.

#include <map>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// One line for every kind of event; the service is named beside it. Safe to print.
std::string event_words(const engine::Event& event, const Style& style);
Colour event_colour(const engine::Event& event);
/// Not a step that goes without saying, such as a request and its answer of success.
bool is_news(const engine::Event& event);

/// The log of a run under way.
class LogLines {
 public:
  /// All three must outlive it.
  LogLines(const plan::Plan& plan, const engine::Progress& progress, const Style& style);

  /// The line for the next event, without a newline at its end; unset when it is no news for a person. The
  /// end of a log stands in further lines of its own. The progress already contains the event.
  std::optional<std::string> line_for(const engine::Event& event);
  /// A line for when nothing was news for a while: who is under way, and how far it all is.
  std::string sign_of_life(Time now) const;

 private:
  struct Words;
  std::string prefix(Time at) const;

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  const Style& style_;
  std::size_t names_ = 0;
  struct Told {
    std::string status;
    DeployId deploy;
    int health = -1;
  };
  std::map<std::size_t, Told> told_;  // what was said of a service last
};

}  // namespace envlink::view
