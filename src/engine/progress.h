#pragma once
// Where a rollout stands: what a view shows. A fold over the events; the rollout decides from it as well.

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

/// Of a change of a value or a link.
enum class WritePhase {
  waiting,  // for its turn
  sent,     // the request is on its way
  proving,  // answered; read back
  proved,
  failed,
};
constexpr auto words(WritePhase) {
  return std::to_array<std::string_view>({"waiting", "sent", "proving", "proved", "failed"});
}

struct WriteProgress {
  WritePhase phase = WritePhase::waiting;
  int attempts = 0;
  int answer = 0;                 // HTTP status of the last write; 0: none came
  int unheard = 0;                // writes of which nobody knows whether they took effect
  Time answered_at{};             // by Render's clock where it told it
  bool dated = false;             // it did
  std::optional<Time> read_back;  // of a value: when it was proved, by Render's clock
  std::string trouble;            // the last answer that was no success, or why it failed
  std::string cure;               // of a value that failed
  bool unchanged = false;         // of a value that failed: nothing that the run wrote is there
  bool with_group = false;        // of a value or link of the group that the run makes
};

enum class ServicePhase {
  unchanged,   // not part of the rollout
  waiting,     // for services before it, or for its turn
  linking,     // its links are being changed and read back
  looking,     // reads the deploys that exist, before asking for one
  requesting,  // the deploy was asked for
  settling,    // the answer named no deploy: looks for it
  watching,    // the deploy is under way
  checking,    // live; asks the health path
  ended,
};

/// Of a service's automatic deploys.
enum class HoldPhase {
  untouched,
  switching_off,  // it was asked for, and may have taken effect
  off,
  restoring,  // likewise
  restored,
};
constexpr auto words(HoldPhase) {
  return std::to_array<std::string_view>({"untouched", "switching_off", "off", "restoring", "restored"});
}

struct HoldProgress {
  HoldPhase phase = HoldPhase::untouched;
  std::string was{};  // what is put back, in Render's word
  int attempts = 0;
  int unheard = 0;  // requests of which nobody knows whether they took effect
  std::optional<HoldAction> failed{};
  std::string trouble{};  // why
  std::string cure{};

  /// The run may have switched them off, and has not read back yet that they are as they were.
  bool to_restore() const;
};

struct ServiceProgress {
  ServicePhase phase = ServicePhase::unchanged;
  ServiceOutcome outcome = ServiceOutcome::none;
  ServicePhase ended_in = ServicePhase::unchanged;  // the phase before `ended`
  int attempts = 0;
  int answer = 0;  // HTTP status of the last request for a deploy; 0: none came
  DeployId deploy;
  model::DeployStatus status = model::DeployStatus::unknown_running;
  std::string status_text;           // Render's word
  std::optional<Time> requested_at;  // when the deploy was asked for
  std::optional<Time> ended_at;
  Duration paused{};                    // since then, while no process was at work
  Before before;                        // what was there when it was asked for
  std::optional<DeployId> live_before;  // what ran, where the plan left it out; empty: nothing
  std::string how;                      // how the deploy was found, when not from the answer
  std::string reason;                   // why it ended as it did
  std::string cure;
  std::string told_reason;       // of a failure: what Render's events say
  std::vector<std::string> log;  // the last lines, masked
  std::string no_log;            // why there are none, and where to read it
  HoldProgress hold;

  /// Ended without a verdict: a run that goes on takes it up again.
  bool open() const;
  /// How it ended; "running" or "waiting" while it has not, and "unchanged" when it has no part in the run.
  std::string_view state() const;
};

struct Progress {
  std::optional<WriteProgress> group;  // that the run makes; unset: none
  GroupId made{};                      // its id; empty: it is not made yet
  std::vector<WriteProgress> values;
  std::vector<WriteProgress> links;
  std::vector<ServiceProgress> services;
  std::optional<Time> began_at;
  std::optional<Time> resumed_at;  // the last time
  std::optional<Time> ended_at;
  Duration paused{};  // while no process was at work
  int interrupts = 0;
  model::Outcome outcome = model::Outcome::done;  // counts once it ended
  bool quota_exhausted = false;                   // as far as failures told: no deploy can succeed
  std::string notice;  // why nothing moves: a limit, a retry, readings that disagree

  /// Of a run of which `events` is all that happened so far.
  static Progress of(const plan::Plan& plan, std::span<const Event> events = {});
  /// There is something left that a resumed run would do: it never ended, or it ended without a verdict on
  /// some service.
  bool unfinished() const;
  bool work_left() const;                // the same without what only has to be switched on again
  std::size_t values_read_back() const;  // how many
  bool values_proved() const;            // all of them
  bool restored() const;                 // nothing is left switched off
  bool failed() const;                   // of some service there is a verdict, and it is bad
  void apply(const Event& event);

 private:
  void add_pause(Time resumed);
  std::optional<Time> last_at_;  // of the last event
};

/// What a service of the plan ran when its turn came. Empty: nothing, as far as is known.
DeployId ran_before(const plan::Plan& plan, const Progress& progress, std::size_t service);

/// Services whose automatic deploys the run switched off and has not switched on again: "api (commit)", fit
/// to print.
std::vector<std::string> switched_off(const plan::Plan& plan, const Progress& progress);

}  // namespace envlink::engine
