#include "cli/command.h"

namespace envlink::cli {

// In the order of the help.
// clang-format off
#define ENVLINK_COMMANDS(command) \
  command(init) \
  command(validate) \
  command(doctor) \
  command(plan) \
  command(rehearse) \
  command(apply) \
  command(verify) \
  command(explain) \
  command(open) \
  command(logs) \
  command(status) \
  command(lint) \
  command(groups_list) \
  command(groups_show) \
  command(groups_diff) \
  command(groups_link) \
  command(groups_unlink) \
  command(groups_create) \
  command(groups_swap) \
  command(groups_set) \
  command(groups_unset) \
  command(groups_push) \
  command(resume) \
  command(rollback) \
  command(runs) \
  command(report) \
  command(store_init) \
  command(store_check) \
  command(store_role) \
  command(store_move) \
  command(emulate) \
  command(completion) \
  command(version) \
  command(complete) \
  command(manual)
// clang-format on

#define DECLARE(name) Command name##_command();
ENVLINK_COMMANDS(DECLARE)
#undef DECLARE

std::span<const Command> commands() {
#define ROW(name) name##_command(),
  static const std::vector<Command> all = {ENVLINK_COMMANDS(ROW)};
#undef ROW
  return all;
}

}  // namespace envlink::cli
