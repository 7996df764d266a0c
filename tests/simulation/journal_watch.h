#pragma once
// What the journal must hold at any moment: the intent of a write before the wire carries it, no service
// begun that must not be, none watched for ever. Part of the oracles.

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
  /// A link change that the run meant to make.
  bool intended(const GroupId& group, const ServiceId& service) const;

 private:
  struct Part {
    bool begun = false;
    engine::ServiceOutcome outcome = engine::ServiceOutcome::none;
    std::optional<Time> since;  // its deploy is under way at the latest
  };
  void begins(std::size_t service, bool just_now);
  void ends(Time at, const engine::ServiceEnded& ended);
  void resumed(Time at);

  const plan::Plan* plan_ = nullptr;
  bool quick_;  // nothing but builds takes time
  bool interrupted_ = false;
  std::vector<Part> parts_;            // by service
  std::vector<std::string> open_;      // subjects of writes without an answer
  std::vector<std::string> intended_;  // subjects of link changes
};

}  // namespace envlink::simulation
