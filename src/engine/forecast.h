#pragma once
// Estimates what a plan takes: requests by purpose, and time, each with a lower bound. Based on past deploys,
// the plan's settings and Render's usual limits; Render's queue and answers may make it more.

#include <cstddef>
#include <optional>

#include "engine/course.h"
#include "plan/plan.h"

namespace envlink::engine {

struct Forecast {
  std::size_t hold_writes = 0;   // automatic deploys off and on again
  std::size_t hold_reads = 0;    // before and after each
  std::size_t group_writes = 0;  // a group created with its values and links
  std::size_t group_reads = 0;   // its name, before and after; its content; the old group's services
  std::size_t value_writes = 0;
  std::size_t value_reads = 0;  // each group before its first value is written and after its last
  std::size_t link_writes = 0;
  std::size_t deploy_writes = 0;
  std::size_t link_reads = 0;    // each group once for all links answered close together
  std::size_t deploy_reads = 0;  // lists that are too old or that the plan left out
  std::size_t polls = 0;         // of deploys in progress, by their likely lengths
  std::size_t proof_reads = 0;   // the workspace is read again at the end; further pages not counted
  std::size_t reads_at_least = 0;
  bool polls_known = true;  // false: a service without a known length, whose polls are not counted
  /// See critical_path(); unset if nothing is deployed.
  std::optional<Duration> critical_path;
  /// Assumes that a deploy with a build takes as long as the service's last ones, one without only its start
  /// (model/deploy_phases.h), and at most max_parallel at a time; includes the proof. Unset if unknown.
  std::optional<Duration> wall;
  /// The critical path, or the pauses between requests if they take longer. Deploys without a build count as
  /// nothing: Render does not show how long they take.
  std::optional<Duration> at_least;

  std::size_t writes() const {
    return hold_writes + group_writes + value_writes + link_writes + deploy_writes;
  }
  std::size_t reads() const {
    return hold_reads + group_reads + value_reads + link_reads + deploy_reads + polls + proof_reads;
  }
};

Forecast forecast(const plan::Plan& plan, UsualLimits limits = {});

/// The longest chain of builds: no rollout is faster while builds take as long as the last ones. Unset if a
/// build's length is unknown.
std::optional<Duration> critical_path(const plan::Plan& plan);

}  // namespace envlink::engine
