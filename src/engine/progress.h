#pragma once
// Where a rollout stands: what a view shows. A fold over the events; the rollout decides from it as well.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event.h"
#include "model/deploy.h"
#include "plan/plan.h"

namespace envlink::engine {

enum class LinkPhase { waiting, sent, proving, proved, failed };

struct LinkProgress {
  LinkPhase phase = LinkPhase::waiting;
  int attempts = 0;
  std::string trouble;  // the last answer that was no success, or why it failed
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

/// How a service's part of the run ended.
enum class Ending {
  none,
  live,
  superseded,  // was live, then a newer deploy took over that carries the change as well
  failed,
  canceled,
  timed_out,    // still running when the time was up
  unsettled,    // whether the deploy was ever made could not be found out
  not_started,  // never asked for: something before it failed or the run was stopped
};
std::string_view to_string(Ending ending);
std::optional<Ending> ending_from(std::string_view text);

struct ServiceProgress {
  ServicePhase phase = ServicePhase::unchanged;
  Ending ending = Ending::none;
  int attempts = 0;
  DeployId deploy;
  model::DeployStatus status = model::DeployStatus::unknown_running;
  std::string status_text;           // Render's word
  std::optional<Time> requested_at;  // when the deploy was asked for
  std::optional<Time> ended_at;
  std::vector<DeployId> before;  // deploys that existed when it was asked for
  std::string how;               // how the deploy was found, when not from the answer
  std::string reason;            // why it ended as it did
  std::string cure;
};

struct Progress {
  std::vector<LinkProgress> links;
  std::vector<ServiceProgress> services;
  std::optional<Time> began_at;
  std::optional<Time> ended_at;
  int interrupts = 0;
  int exit_code = 0;
  std::string notice;  // why nothing moves at the moment: a limit, a retry

  static Progress of(const plan::Plan& plan);
  void apply(const Event& event);
};

}  // namespace envlink::engine
