#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace envlink::cli {

int run_version(const Options& options) {
  if (options.output == Output::json) {
    put(Stream::result, fmt::format(R"({{"version":1,"envlink":"{}"}})", ENVLINK_VERSION));
  } else {
    put(Stream::result, fmt::format("envlink {}", ENVLINK_VERSION));
  }
  return exit_codes::done;
}

}  // namespace envlink::cli
