#pragma once
// What the journal must contain at any time: the intent of a write before it is sent. Also that no service
// begins that must not, and that none is watched forever.

#include <optional>
#include <string>
#include <vector>

#include "api/message.h"
#include "engine/event.h"
#include "plan/plan.h"
#include "scenario.h"

namespace envlink::simulation {

class JournalWatch {
 public:
  explicit JournalWatch(const Scenario& scenario);

  void run_begins(const plan::Plan& plan);
  void recorded(const engine::Event& event);
  void sent(const api::Request& request) const;
  /// Whether the run intended this link change.
  bool intended(const GroupId& group, const ServiceId& service) const;

 private:
  struct Part {
    bool begun = false;
    engine::ServiceOutcome outcome = engine::ServiceOutcome::none;
    std::optional<Time> since;  // the latest time at which its deploy began
  };
  void begins(std::size_t service, bool just_now);
  void ends(Time at, const engine::ServiceEnded& ended);
  void resumed(Time at);

  const plan::Plan* plan_ = nullptr;
  bool quick_;  // only builds take time
  bool interrupted_ = false;
  std::vector<Part> parts_;            // by service
  std::vector<std::string> open_;      // subjects of unanswered writes
  std::vector<std::string> intended_;  // subjects of link changes
};

}  // namespace envlink::simulation
