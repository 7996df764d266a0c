#pragma once
// What happened in a run, as values. The rollout's state is a fold over these; the journal stores them, and
// every view observes them. `link` and `service` are indices into the plan.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace envlink::engine {

enum class EventKind {
  run_began,
  run_resumed,        // a new process goes on with what the events before this one tell
  link_intended,      // link, number = attempt. Durable before the request goes out
  link_answered,      // link, number = HTTP status or 0, text = what came instead of an answer
  link_proved,        // link: read back and as planned
  link_failed,        // link, text = why, cure
  snapshot_taken,     // service, deploys = every deploy seen, newest first
  deploy_intended,    // service, number = attempt, text = deploy mode. Durable before the request goes out
  deploy_answered,    // service, number = HTTP status or 0, deploy when the answer named one, text
  deploy_attributed,  // service, deploy = the one that carries the change, text = how it was found
  deploy_observed,    // service, deploy, status (Render's word)
  health_observed,    // service, number = HTTP status or 0, text
  service_ended,      // service, status = an Ending's name, deploy, text = why, cure
  failure_told,  // service, deploy, text = reason, lines = end of its log, masked; cure = why there are none
  waiting,       // number = seconds, text = why: a limit, a retry. A note for people
  interrupted,   // number = how many times
  run_ended,     // number = exit code, text
};
std::string_view to_string(EventKind kind);
std::optional<EventKind> event_kind_from(std::string_view text);

struct Event {
  Time at{};
  EventKind kind = EventKind::run_began;
  std::optional<std::size_t> link;
  std::optional<std::size_t> service;
  std::string subject;              // the ids that `link` and `service` stand for: "evg-…/srv-…", "srv-…"
  std::optional<Time> server_time;  // Render's clock, where an answer told it
  int number = 0;
  DeployId deploy;
  std::string status;
  std::string text;  // cleaned and bounded already
  std::string cure;
  std::string request_id;
  std::vector<DeployId> deploys;
  std::vector<std::string> lines;  // masked, cleaned and bounded already
  bool operator==(const Event&) const = default;
};

}  // namespace envlink::engine
