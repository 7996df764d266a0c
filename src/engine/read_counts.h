#pragma once
// The kinds of reads of a workspace, and how many requests each took.

#include <cstddef>

namespace envlink::engine {

enum class ReadKind {
  owners,
  services,
  groups,
  group,
  deploys,
  variables,
  secret_files,
  environment,
  unlisted,
  called
};

struct ReadCounts {
  std::size_t owners = 0;
  std::size_t services = 0;
  std::size_t groups = 0;
  std::size_t group_reads = 0;
  std::size_t deploys = 0;
  std::size_t variables = 0;     // a service's own
  std::size_t secret_files = 0;  // a service's own
  std::size_t environments = 0;
  std::size_t unlisted = 0;  // single services that a group shows and the list does not
  std::size_t repeated = 0;  // sent again after a limit or a passing error
  std::size_t total() const {
    return owners + services + groups + group_reads + deploys + variables + secret_files + environments +
           unlisted + repeated;
  }
  std::size_t& of(ReadKind kind);
};

}  // namespace envlink::engine
