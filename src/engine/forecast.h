#pragma once
// What carrying out a plan is likely to take: requests by their purpose, and time. An estimate from the
// lengths of past deploys and the settings of the plan; Render's answers may make it more.

#include <cstddef>
#include <optional>

#include "plan/plan.h"

namespace envlink::engine {

struct Outlook {
  std::size_t link_writes = 0;
  std::size_t deploy_writes = 0;
  std::size_t link_reads = 0;    // each link is read back
  std::size_t deploy_reads = 0;  // the deploys of a service are listed before one is asked for
  std::size_t looks = 0;         // at deploys under way, from how long the last ones took
  std::size_t proof_reads = 0;   // the workspace is read again in the end, page counts aside
  bool looks_known = true;       // false: some service's deploys tell no length, its looks are not in it
  /// As if each deploy took as long as the service's last ones, at most max_parallel at a time. Unset when
  /// nothing tells.
  std::optional<Duration> wall;

  std::size_t writes() const { return link_writes + deploy_writes; }
  std::size_t reads() const { return link_reads + deploy_reads + looks + proof_reads; }
};

Outlook outlook(const plan::Plan& plan);

}  // namespace envlink::engine
