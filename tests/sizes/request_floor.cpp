#include "request_floor.h"

#include "api/endpoints.h"

namespace envlink::sizes {
namespace {

/// A full page may be followed by another one, so a list ends with a page that is not full.
std::size_t pages(std::size_t entries) {
  return entries / static_cast<std::size_t>(api::page_size) + 1;
}

}  // namespace

RequestFloor request_floor(const Work& work) {
  const std::size_t owners = 1;
  return {.link_writes = work.links,
          .deploy_writes = work.services,
          .newest_deploys = work.services,
          .ends = work.services,
          .group_reads = 3 * work.groups,
          .lists = 2 * (owners + pages(work.services) + pages(work.groups))};
}

/// Deploy requests are counted per service, so they never delay each other.
Duration write_floor(const Work& work, int writes_a_minute, Duration deploy) {
  const auto in_one = static_cast<std::size_t>(writes_a_minute);
  const std::size_t windows_before = work.links == 0 ? 0 : (work.links - 1) / in_one;
  return std::chrono::minutes(windows_before) + deploy;
}

}  // namespace envlink::sizes
