#include "base/text.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "emulator/server.h"
#include "emulator/workspace_file.h"

namespace envlink::cli {

int run_emulate(const Options& options) {
  const std::string& name = options.workspace_file;
  const auto text = read_file(name);
  if (!text) {
    complain(text.error());
    return exit_codes::error;
  }
  if (!*text) {
    complain(
        {.what = "There is no file " + clean(name),
         .cure = "examples/toolboxai/workspace.yaml in the repository of envlink is one to start from."});
    return exit_codes::error;
  }
  const auto workspace = emulator::parse_workspace(**text);
  if (!workspace) {
    put(Stream::talk, yaml::render_without_lines(workspace.error(), name));
    return exit_codes::error;
  }
  const emulator::ServerOptions server{.port = options.port, .speed = options.speed};
  const auto served = emulator::serve(
      *workspace, server, [](const std::string& url) { put(Stream::result, "listening on " + url); });
  if (served) return exit_codes::done;
  complain(served.error());
  return exit_code_of(served.error());
}

}  // namespace envlink::cli
