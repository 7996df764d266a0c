#pragma once
// The state of a rollout, a fold over its events. Views show it; the rollout decides from it.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/attribution.h"
#include "engine/event.h"
#include "engine/service_outcome.h"
#include "model/deploy.h"
#include "model/outcome.h"
#include "plan/plan.h"

namespace envlink::engine {

/// For a change of a value or a link.
enum class WritePhase {
  waiting,  // for its turn
  sent,     // the request is on its way
  proving,  // answered; being read back
  proved,
  failed,
};
constexpr auto words(WritePhase) {
  return std::to_array<std::string_view>({"waiting", "sent", "proving", "proved", "failed"});
}

struct WriteProgress {
  WritePhase phase = WritePhase::waiting;
  int attempts = 0;
  int answer = 0;      // HTTP status of the last write; 0: no answer
  int unheard = 0;     // writes that may or may not have taken effect
  Time answered_at{};  // by Render's clock if `dated`
  bool dated = false;
  std::optional<Time> read_back;  // of a value: when it was proved, by Render's clock
  std::string trouble;            // the last answer that was not a success, or why it failed
  std::string cure;               // of a failed value
  bool unchanged = false;         // of a failed value: nothing that the run wrote is there
  bool with_group = false;        // created with the run's new group
};

enum class ServicePhase {
  unchanged,   // not part of the rollout
  waiting,     // for services before it, or for its turn
  linking,     // its links are being changed and read back
  looking,     // reading the existing deploys before requesting one
  requesting,  // the deploy was requested
  settling,    // the answer named no deploy: looking for it
  watching,    // the deploy is in progress
  checking,    // live; asking the health path
  ended,
};

/// The state of a service's automatic deploys.
enum class HoldPhase {
  untouched,
  switching_off,  // requested; may have taken effect
  off,
  restoring,  // requested; may have taken effect
  restored,
};
constexpr auto words(HoldPhase) {
  return std::to_array<std::string_view>({"untouched", "switching_off", "off", "restoring", "restored"});
}

struct HoldProgress {
  HoldPhase phase = HoldPhase::untouched;
  std::string was{};  // the setting to put back, in Render's word
  int attempts = 0;
  int unheard = 0;  // requests that may or may not have taken effect
  std::optional<HoldAction> failed{};
  std::string trouble{};  // why
  std::string cure{};

  /// The run may have switched them off and has not yet read back that they are restored.
  bool to_restore() const;
};

struct ServiceProgress {
  ServicePhase phase = ServicePhase::unchanged;
  ServiceOutcome outcome = ServiceOutcome::none;
  ServicePhase ended_in = ServicePhase::unchanged;  // the phase before `ended`
  int attempts = 0;
  int answer = 0;  // HTTP status of the last deploy request; 0: no answer
  DeployId deploy;
  model::DeployStatus status = model::DeployStatus::unknown_running;
  std::string status_text;           // Render's word
  std::optional<Time> requested_at;  // when the deploy was requested
  std::optional<Time> ended_at;
  Duration paused{};                    // since the request, while no process ran
  Before before;                        // what existed before the request
  std::optional<DeployId> live_before;  // what ran, if the plan left it out; empty: nothing
  std::string how;                      // how the deploy was found; empty: the answer named it
  std::string reason;                   // why it ended like this
  std::string cure;
  std::string told_reason;       // of a failure: the reason in Render's events
  std::vector<std::string> log;  // the last lines, masked
  std::string no_log;            // why there is no log, and where to read it
  HoldProgress hold;

  /// Ended without a verdict: a resumed run continues it.
  bool open() const;
  /// How the service ended; "running" or "waiting" before that; "unchanged" if the run does not touch it.
  std::string_view state() const;
};

struct Progress {
  std::optional<WriteProgress> group;  // the run's new group; unset: none
  GroupId made{};                      // its id; empty: not created yet
  std::vector<WriteProgress> values;
  std::vector<WriteProgress> links;
  std::vector<ServiceProgress> services;
  std::optional<Time> began_at;
  std::optional<Time> resumed_at;  // the last time
  std::optional<Time> ended_at;
  Duration paused{};  // while no process ran
  int interrupts = 0;
  model::Outcome outcome = model::Outcome::done;  // valid once the run has ended
  bool quota_exhausted = false;                   // failures showed that no deploy can succeed
  std::string notice;  // why nothing moves: a limit, a retry, contradicting readings

  /// The state after `events`, which are all events of the run so far.
  static Progress of(const plan::Plan& plan, std::span<const Event> events = {});
  /// A resumed run would have something to do: the run never ended, or some service has no verdict.
  bool unfinished() const;
  bool work_left() const;  // the same without restoring automatic deploys
  std::size_t values_read_back() const;
  bool values_proved() const;
  bool restored() const;  // no automatic deploys are left switched off
  bool failed() const;    // some service has a bad verdict
  void apply(const Event& event);

 private:
  void add_pause(Time resumed);
  std::optional<Time> last_at_;  // of the last event
};

/// The deploy that a service ran when its turn came. Empty: none, as far as known.
DeployId ran_before(const plan::Plan& plan, const Progress& progress, std::size_t service);

/// Services whose automatic deploys the run switched off and has not restored: "api (commit)", fit to print.
std::vector<std::string> switched_off(const plan::Plan& plan, const Progress& progress);

}  // namespace envlink::engine
