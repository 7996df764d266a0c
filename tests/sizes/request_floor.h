#pragma once
// The lowest possible number of requests to plan, link, deploy and check a workspace, and the shortest time
// that Render's write limit allows. Pure.
//
// Each write is sent once. A service's newest deploy is read once before its deploy, and the end of its
// deploy once. Each group is read once for its keys, once after its links were made, and once at the end.
// The lists are read for the plan and again for the check at the end.

#include <cstddef>

#include "base/time.h"

namespace envlink::sizes {

struct Work {
  std::size_t services = 0;  // in the workspace; each is deployed
  std::size_t groups = 0;
  std::size_t links = 0;
};

struct RequestFloor {
  std::size_t link_writes = 0;
  std::size_t deploy_writes = 0;
  std::size_t newest_deploys = 0;
  std::size_t ends = 0;
  std::size_t group_reads = 0;
  std::size_t lists = 0;  // pages

  std::size_t total() const {
    return link_writes + deploy_writes + newest_deploys + ends + group_reads + lists;
  }
};

RequestFloor request_floor(const Work& work);

/// The time for the writes, from the start of a rate-limit window, plus the deploy after the last one.
Duration write_floor(const Work& work, int writes_a_minute, Duration deploy);

}  // namespace envlink::sizes
