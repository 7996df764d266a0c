#pragma once
// Progress where there is no terminal: a line per change. Pure.

#include <map>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/style.h"

namespace envlink::view {

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
  using Words = std::optional<std::string>;
  Words words_for(const engine::RunBegan& began);
  Words words_for(const engine::RunResumed& resumed);
  Words words_for(const engine::LinkAnswered& answered);
  Words words_for(const engine::LinkProved& proved);
  Words words_for(const engine::DeployIntended& intended);
  Words words_for(const engine::DeployAnswered& answered);
  Words words_for(const engine::DeployAttributed& attributed);
  Words words_for(const engine::DeployObserved& observed);
  Words words_for(const engine::HealthObserved& observed);
  Words words_for(const engine::ServiceEnded& ended);
  Words words_for(const engine::FailureTold& told);
  Words words_for(const engine::Waiting& waiting);
  Words words_for(const engine::Interrupted& interrupted);
  Words words_for(const engine::RunEnded& ended);
  /// A step that goes without saying. A link that failed ends its service's part of the run, and is told
  /// there.
  Words words_for(const auto&) { return std::nullopt; }
  Words deploy_news(const engine::EventService& service, const DeployId& deploy);
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
