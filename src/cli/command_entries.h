#pragma once
// The commands in the order of the help, and what kind of command each is.

#include <string_view>
#include <vector>

#include "cli/options.h"

namespace envlink::cli {

struct CommandEntry {
  Command command;
  const char* name;
  const char* does;
  std::string_view help;
};

const std::vector<CommandEntry>& command_entries();

bool has_output(Command command);
/// Carries a plan out, so that there are events to tell.
bool has_stream(Command command);
bool reads_file(Command command);
bool writes(Command command);
bool uses_api(Command command);
bool talks(Command command);

}  // namespace envlink::cli
