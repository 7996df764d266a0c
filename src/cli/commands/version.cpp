#include <fmt/format.h>

#include "cli/command.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

Outcome run(const CommonOptions& options) {
  if (options.output == Output::json) {
    write(Stream::result, fmt::format(R"({{"version":1,"envlink":"{}"}})", ENVLINK_VERSION));
  } else {
    write(Stream::result, fmt::format("envlink {}", ENVLINK_VERSION));
  }
  return Outcome::done;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .section = Section::tools,
          .summary = "Print the version.",
          .examples = R"(  envlink version
  envlink version -o json)",
          .endings = {{Outcome::done}, {Outcome::usage}},
          .common = {.output = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
