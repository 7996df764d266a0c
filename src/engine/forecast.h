#pragma once
// What carrying out a plan is likely to take: requests by their purpose, and time, each with what it takes at
// least. An estimate from the lengths of past deploys, the settings of the plan and Render's usual limits;
// Render's queue and answers may make it more.

#include <cstddef>
#include <optional>

#include "engine/course.h"
#include "plan/plan.h"

namespace envlink::engine {

struct Forecast {
  std::size_t hold_writes = 0;   // automatic deploys off, and on again
  std::size_t hold_reads = 0;    // before and after each
  std::size_t group_writes = 0;  // a group that is made, with its values and links
  std::size_t group_reads =
      0;  // is there one of that name, before and after; what it holds; whom the old one has
  std::size_t value_writes = 0;
  std::size_t value_reads = 0;  // each group before the first of its values is written, and after the last
  std::size_t link_writes = 0;
  std::size_t deploy_writes = 0;
  std::size_t link_reads = 0;    // each group once for all its links that are answered one after the other
  std::size_t deploy_reads = 0;  // lists of deploys that are older than the moment, or that the plan left out
  std::size_t polls = 0;         // at deploys under way, from how long they are likely to take
  std::size_t proof_reads = 0;   // the workspace is read again in the end, page counts aside
  std::size_t reads_at_least = 0;
  bool polls_known = true;  // false: some service's deploys tell no length, its polls are not in it
  /// As critical_path() says, and unset where nothing is deployed.
  std::optional<Duration> critical_path;
  /// As if a deploy with a build took as long as the service's last ones and one without its start alone
  /// (model/deploy_phases.h), at most max_parallel at a time, the proof included. Unset when nothing tells.
  std::optional<Duration> wall;
  /// The critical path, or the pauses between requests where they take longer. What a deploy without a build
  /// takes is not in it: Render does not tell.
  std::optional<Duration> at_least;

  std::size_t writes() const {
    return hold_writes + group_writes + value_writes + link_writes + deploy_writes;
  }
  std::size_t reads() const {
    return hold_reads + group_reads + value_reads + link_reads + deploy_reads + polls + proof_reads;
  }
};

Forecast forecast(const plan::Plan& plan, UsualLimits limits = {});

/// Builds alone, the longest chain of them: no rollout is faster while they take as long as the last ones.
/// Unset where a build's length is unknown.
std::optional<Duration> critical_path(const plan::Plan& plan);

}  // namespace envlink::engine
