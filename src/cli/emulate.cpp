#include "base/text.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/output.h"
#include "config/workspace_file.h"
#include "emulator/server.h"

namespace envlink::cli {

Outcome run_emulate(const Options& options) {
  const std::string& name = options.workspace_file;
  const auto text = read_file(name);
  if (!text) return end_with(text.error());
  if (!*text) {
    return end_with(
        {.what = "There is no file " + clean(name),
         .cure = "examples/toolboxai/workspace.yaml in the repository of envlink is one to start from."});
  }
  const auto workspace = config::parse_workspace(**text);
  if (!workspace) return end_with({.text = config::render_without_lines(workspace.error(), name)});
  const emulator::ServerOptions server{.port = options.port, .speed = options.speed};
  const auto served = emulator::serve(
      *workspace, server, [](const std::string& url) { write(Stream::result, "listening on " + url); });
  return served ? Outcome::done : end_with(served.error());
}

}  // namespace envlink::cli
