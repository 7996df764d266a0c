#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/output.h"

namespace envlink::cli {

Outcome run_version(const Options& options) {
  if (options.output == Output::json) {
    write(Stream::result, fmt::format(R"({{"version":1,"envlink":"{}"}})", ENVLINK_VERSION));
  } else {
    write(Stream::result, fmt::format("envlink {}", ENVLINK_VERSION));
  }
  return Outcome::done;
}

}  // namespace envlink::cli
