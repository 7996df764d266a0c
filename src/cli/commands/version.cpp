#include <fmt/format.h>

#include <optional>

#include "cli/command.h"
#include "cli/output.h"
#include "json/writer.h"
#include "program/program.h"

namespace envlink::cli {

namespace {

std::string as_json() {
  return json::document([](json::Writer& out) {
    const bool known = !program::commit.hash.empty();
    out("version", 1);
    out("envlink", ENVLINK_VERSION);
    out.or_null("commit", program::commit.hash);
    out.or_null("dirty", known ? std::optional(program::commit.dirty) : std::nullopt);
    out("target", program::target());
    out("compiler", program::compiler());
    out.list("libraries", program::libraries(), [](json::Writer& one, const program::Library& library) {
      one("name", library.name);
      one("version", library.version);
    });
  });
}

std::string details() {
  const program::Commit commit = program::commit;
  std::string text = fmt::format(
      "commit     {}{}\ntarget     {}\ncompiler   {}\n", commit.hash.empty() ? "unknown" : commit.hash,
      commit.dirty ? ", with changes" : "", program::target(), program::compiler());
  for (const program::Library& library : program::libraries())
    text += fmt::format("{:<11}{}\n", library.name, library.version);
  return text;
}

Outcome run(const CommonOptions& options) {
  if (options.output == Output::json) {
    write(Stream::result, as_json());
  } else {
    write(Stream::result, fmt::format("envlink {}\n{}", ENVLINK_VERSION, options.verbose ? details() : ""));
  }
  return Outcome::done;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .section = Section::tools,
          .summary = "Print the version.",
          .help =
              "-v also prints the commit, the target and the libraries. "
              "envlink never looks for a newer version of itself.",
          .examples = R"(  envlink version
  envlink version -v
  envlink version -o json)",
          .endings = {{Outcome::done}, {Outcome::usage}},
          .common = {.output = true, .details = true},
          .action = make_action(run)};
}

}  // namespace envlink::cli
