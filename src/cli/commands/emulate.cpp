#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "cli/command.h"
#include "cli/given_value.h"
#include "cli/output.h"
#include "cli/system.h"
#include "emulator/certificate.h"
#include "emulator/server.h"
#include "emulator/workspace_file.h"

namespace envlink::cli {

namespace {

struct EmulateOptions : CommonOptions {
  std::string workspace;
  std::uint16_t port = 0;
  double speed = 1.0;
  std::string certificate_file;
  bool gzip = false;
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
           .range = {{0.001, 1e6}}},
          {"--tls", "FILE", &options.certificate_file, "Serve https, and write its certificate to FILE"},
          {"--gzip", "", &options.gzip, "Compress replies for clients that accept gzip"}};
}

/// Replaces only what an earlier run wrote.
Result<void> write_certificate(const std::string& path, const std::string& pem) {
  const std::string what = "Cannot write " + clean(path);
  auto existing = read_file(path);
  if (!existing) {
    existing.error().what = what;
    return fail(std::move(existing.error()));
  }
  if (existing->has_value() && !(*existing)->empty() && !emulator::is_emulator_certificate(**existing)) {
    return fail({.what = what,
                 .why = "it exists and was not written by envlink emulate --tls",
                 .cure = "Name a new file. --tls makes a new certificate and writes it there."});
  }
  return write_file(path, pem, Readers::everybody);
}

/// Programs that collect both streams get only the first line.
void write_address(const std::string& url, const EmulateOptions& options) {
  write(Stream::result, "listening on " + url);
  if (!is_terminal(Stream::talk)) return;
  write(Stream::talk, fmt::format("See it in a browser: {}/", url.substr(0, url.rfind("/v1"))));
  if (options.certificate_file.empty()) return;
  const std::string file = clean(absolute_path(options.certificate_file), 4096);
  write(Stream::talk, "Trust its certificate: export SSL_CERT_FILE=" + shell_word(file));
}

Outcome run(const EmulateOptions& options) {
  const std::string& name = options.workspace;
  const auto text =
      read_existing_file(name, "Start from examples/toolboxai/workspace.yaml in envlink's repository.");
  if (!text) return end_with(text.error());
  const auto workspace = emulator::parse_workspace(*text);
  if (!workspace) return end_with({.text = yaml::render_without_lines(workspace.error(), name)});
  emulator::ServerOptions server{.port = options.port, .speed = options.speed, .gzip = options.gzip};
  if (options.was_given("--tls")) {
    server.certificate =
        emulator::make_certificate(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
  }
  const auto served = emulator::serve(*workspace, server, [&](const std::string& url) -> Result<void> {
    if (server.certificate) {
      const auto written = write_certificate(options.certificate_file, server.certificate->pem);
      if (!written) return written;
    }
    write_address(url, options);
    return {};
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
commands, set RENDER_HOST to the address and RENDER_API_KEY to the workspace's api_key.

With --tls it serves https with a new certificate, which clients must trust: set SSL_CERT_FILE to its file
for envlink and many others, NODE_EXTRA_CA_CERTS for Node, or pass --cacert to curl.)",
      .examples = R"(  envlink emulate workspace.yaml --port 8080 --speed 30
  RENDER_HOST=http://127.0.0.1:8080/v1 envlink plan)",
      .endings = {{Outcome::done, "ended by Ctrl-C"}, {Outcome::error}, {Outcome::usage}},
      .action = make_action(parameters, run)};
}

}  // namespace envlink::cli
