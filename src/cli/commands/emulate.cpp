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
  return {{"WORKSPACE", "", &options.workspace, "The workspace to serve, a YAML file", true},
          {"--port", "N", &options.port, "The port on 127.0.0.1; 0 takes a free one"},
          {.names = "--speed",
           .value = "X",
           .target = &options.speed,
           .does = "Divides the time that builds, pre-deploys and starts take",
           .range = {{0.001, 1e6}}}};
}

Outcome run(const EmulateOptions& options) {
  const std::string& name = options.workspace;
  const auto text = read_existing_file(
      name, "examples/toolboxai/workspace.yaml in the repository of envlink is one to start from.");
  if (!text) return end_with(text.error());
  const auto workspace = emulator::parse_workspace(*text);
  if (!workspace) return end_with({.text = yaml::render_without_lines(workspace.error(), name)});
  const emulator::ServerOptions server{.port = options.port, .speed = options.speed};
  const auto served = emulator::serve(*workspace, server, [](const std::string& url) {
    write(Stream::result, "listening on " + url);
    write(Stream::talk, "Its page, for a browser: " + url.substr(0, url.rfind("/v1")) + "/");
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
          R"(Serves a model of the Render API on 127.0.0.1 until Ctrl-C. When it is ready it prints one line to stdout:
listening on http://127.0.0.1:PORT/v1
and to stderr the address of its page, which shows links, deploys and requests to a person.)",
      .examples = R"(  envlink emulate examples/toolboxai/workspace.yaml --port 8080 --speed 30
  RENDER_HOST=http://127.0.0.1:8080/v1 envlink plan   # with its api_key)",
      .endings = {{Outcome::done, "ended by Ctrl-C"}, {Outcome::error}, {Outcome::usage}},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
