#pragma once
// Events in words: one line each for a report, and the log lines of a run without a terminal. Pure.

#include <map>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

/// One line for any kind of event, without the service's name. Safe to print.
std::string event_words(const engine::Event& event, const Style& style);
Colour event_colour(const engine::Event& event);
/// False for routine steps, such as a request and its successful reply.
bool is_news(const engine::Event& event);

/// The log of a run in progress.
class LogLines {
 public:
  /// All three must outlive it.
  LogLines(const plan::Plan& plan, const engine::Progress& progress, const Style& style);

  /// The log line for the next event, without a final newline; unset if the event is not news. The end of a
  /// failed service's log is added in extra lines. `progress` already includes the event.
  std::optional<std::string> line_for(const engine::Event& event);
  /// A line for a time without news: active services and overall progress.
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
  std::map<std::size_t, Told> told_;  // last logged state of each service
};

}  // namespace envlink::view
