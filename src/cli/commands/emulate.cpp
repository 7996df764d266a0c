#include <fmt/format.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/system.h"
#include "emulator/server.h"
#include "emulator/workspace_file.h"

namespace envlink::cli {

namespace {

struct EmulateOptions : CommonOptions {
  std::string workspace;
  std::uint16_t port = 0;
  double speed = 1.0;
};

std::vector<Parameter> parameters(EmulateOptions& options) {
  return {{"WORKSPACE", "", &options.workspace, "Workspace to serve (YAML)", true},
          {.names = "--port",
           .value = "N",
           .target = &options.port,
           .does = "Port on 127.0.0.1; 0 picks a free one",
           .range = {{0, 65535}}},
          {.names = "--speed",
           .value = "X",
           .target = &options.speed,
           .does = "Speed up builds, pre-deploys and starts by this factor",
           .range = {{0.001, 1e6}}}};
}

Outcome run(const EmulateOptions& options) {
  const std::string& name = options.workspace;
  const auto text =
      read_existing_file(name, "Start from examples/toolboxai/workspace.yaml in envlink's repository.");
  if (!text) return end_with(text.error());
  const auto workspace = emulator::parse_workspace(*text);
  if (!workspace) return end_with({.text = yaml::render_without_lines(workspace.error(), name)});
  const emulator::ServerOptions server{.port = options.port, .speed = options.speed};
  const auto served = emulator::serve(*workspace, server, [](const std::string& url) {
    write(Stream::result, "listening on " + url);
    // Programs that collect both streams get only the line above.
    if (is_terminal(Stream::talk))
      write(Stream::talk, fmt::format("See it in a browser: {}/", url.substr(0, url.rfind("/v1"))));
  });
  return served ? Outcome::done : end_with(served.error());
}

}  // namespace

Command emulate_command() {
  return {
      .name = "emulate",
      .section = Section::tools,
      .summary = "Run a model of the Render API on this machine.",
      .help =

          R"(Serves a model of the Render API on 127.0.0.1 until Ctrl-C. When ready, it prints one line to stdout:
  listening on http://127.0.0.1:PORT/v1
On a terminal it also prints the address of a web page that shows links, deploys and requests. For other
commands, set RENDER_HOST to the address and RENDER_API_KEY to the workspace's api_key.)",
      .examples = R"(  envlink emulate examples/toolboxai/workspace.yaml --port 8080 --speed 30
  RENDER_HOST=http://127.0.0.1:8080/v1 RENDER_API_KEY=rnd_example envlink plan)",
      .endings = {{Outcome::done, "ended by Ctrl-C"}, {Outcome::error}, {Outcome::usage}},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
