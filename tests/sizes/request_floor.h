#pragma once
// The fewest requests with which a workspace can be planned, linked, deployed and proved, and the least time
// that Render's limit on writes leaves. Pure.
//
// Each write goes out once. Of each service the newest deploy is seen once before it is deployed, and the end
// of its deploy once. Each group is read once for the names of its variables, once after its links were made,
// and once with what it holds in the end. The lists are read before the plan and again for the proof.

#include <cstddef>

#include "base/time.h"

namespace envlink::sizes {

struct Work {
  std::size_t services = 0;  // of the workspace; each is deployed
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

/// The writes alone, beginning with a window, and the deploy behind the last of them.
Duration write_floor(const Work& work, int writes_a_minute, Duration deploy);

}  // namespace envlink::sizes
