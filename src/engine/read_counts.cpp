#include "engine/read_counts.h"

namespace envlink::engine {

std::size_t& ReadCounts::of(ReadKind kind) {
  switch (kind) {
    case ReadKind::owners:
      return owners;
    case ReadKind::services:
      return services;
    case ReadKind::groups:
      return groups;
    case ReadKind::group:
      return group_reads;
    case ReadKind::deploys:
      return deploys;
    case ReadKind::variables:
      return variables;
    case ReadKind::secret_files:
      return secret_files;
    case ReadKind::environment:
      return environments;
    case ReadKind::unlisted:
    case ReadKind::called:
      return unlisted;
  }
  return unlisted;
}

}  // namespace envlink::engine
