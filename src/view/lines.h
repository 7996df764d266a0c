#pragma once
// Progress where there is no terminal: a line per change. Pure.

#include <map>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/progress.h"
#include "plan/plan.h"
#include "view/colour.h"
#include "view/style.h"

namespace envlink::view {

class Lines {
 public:
  /// All three must outlive it.
  Lines(const plan::Plan& plan, const engine::Progress& progress, const Style& style);

  /// The line for the next event, without a newline at its end; unset when it is no news for a person. The
  /// end of a log stands in further lines of its own. The progress already contains the event.
  std::optional<std::string> line_for(const engine::Event& event);
  /// A line for when nothing was news for a while: who is under way, and how far it all is.
  std::string sign_of_life(Time now) const;

 private:
  std::optional<std::string> link_words(const engine::Event& event) const;
  std::optional<std::string> service_words(const engine::Event& event);
  std::optional<std::string> deploy_words(const engine::Event& event);
  std::optional<std::string> status_news(const engine::Event& event);
  std::optional<std::string> run_words(const engine::Event& event) const;
  std::string prefix(Time at) const;
  bool is_failure(const engine::Event& event) const;
  Tone tone_of(const engine::Event& event) const;

  const plan::Plan& plan_;
  const engine::Progress& progress_;
  const Style& style_;
  std::size_t names_ = 0;
  struct Told {
    std::string status;
    std::string deploy;
    int health = -1;
  };
  std::map<std::size_t, Told> told_;  // what was said of a service last
};

}  // namespace envlink::view
