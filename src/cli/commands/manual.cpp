#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

/// Escapes a line for roff: a dot or quote at its start, and backslashes.
std::string roff(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string names_of(const Parameter& parameter) {
  std::vector<std::string> names;
  for (const std::string_view name : parameter.all_names())
    names.push_back((parameter.is_flag() ? "\\fB" : "\\fI") + roff(name) + "\\fR");
  std::string text = join(names, ", ");
  if (parameter.is_flag() && !parameter.value.empty()) text += " \\fI" + roff(parameter.value) + "\\fR";
  return parameter.takes_several() ? text + " ..." : text;
}

/// Keeps lines as they are: for examples and lists.
std::string as_it_stands(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string out = ".nf\n";
  for (const std::string_view line : split(text, '\n')) out += line.empty() ? ".sp\n" : roff(line) + "\n";
  return out + ".fi\n";
}

/// The reader fills paragraphs; lines that begin with a space are kept.
std::string filled(std::string_view text) {
  std::string out;
  bool kept = false;
  for (const std::string_view line : split(text, '\n')) {
    const bool keep = line.starts_with(' ');
    if (keep != std::exchange(kept, keep)) out += keep ? ".nf\n" : ".fi\n";
    out += line.empty() ? ".sp\n" : roff(line) + "\n";
  }
  return out + (kept ? ".fi\n" : "");
}

std::string section_of(const Command& command) {
  const std::vector<Parameter> parameters = command.prepare().parameters;
  const std::string synopsis = fmt::format("envlink {}{}", command.name, arguments_of(parameters));
  std::string out = fmt::format(".SS {} [flags]\n{}\n", roff(synopsis), roff(command.summary));
  out += ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nThis help\n";
  for (const Parameter& parameter : parameters) {
    if (!parameter.hidden) out += fmt::format(".TP\n{}\n{}\n", names_of(parameter), roff(parameter.does));
  }
  std::string text(command.help);
  if (!command.examples.empty())
    text.append(text.empty() ? "" : "\n\n").append("Examples:\n").append(command.examples);
  text += "\n\nExit codes:\n";
  for (const Ending& ending : command.endings) {
    text += fmt::format("  {:<5}{}\n", exit_code(ending.outcome), ending.words());
  }
  return out + ".PP\n" + filled(text);
}

/// Each exit code once, with the commands that can end with it if there are only a few.
std::string exit_status() {
  constexpr std::size_t few = 6;
  std::string text;
  int last = -1;
  for (const model::OutcomeRow& row : model::outcomes()) {
    if (std::exchange(last, row.exit_code) == row.exit_code) continue;
    std::vector<std::string> those;
    for (const Command& command : commands()) {
      if (std::ranges::find(command.endings, row.outcome, &Ending::outcome) != command.endings.end())
        those.emplace_back(command.name);
    }
    text += fmt::format("{:<5}{}{}\n", row.exit_code, row.title,
                        those.size() > few ? "" : ": " + join(those, ", "));
  }
  return text;
}

constexpr std::string_view environment = R"(RENDER_API_KEY    the key; never taken from the command line
RENDER_HOST       another host than https://api.render.com/v1
RENDER_WORKSPACE  the workspace, where the key reaches several
RENDER_OUTPUT     text, json or jsonl, as -o
ENVLINK_STORE     the address of the team store; without it, `store` of the
                  file, or the journal on this machine
ENVLINK_STORE_KEY the key that the team shares
PGPASSWORD, PGPASSFILE, PGSERVICEFILE
                  the password of the team store, as elsewhere
HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR, NO_COLOR, CI
                  as elsewhere)";

constexpr std::string_view files = R"(envlink.yaml            the file
.env                    beside the file: what is not in the environment
$XDG_STATE_HOME/envlink or ~/.local/state/envlink: the journal)";

std::string manual() {
  std::string out = fmt::format(
      ".TH ENVLINK 1 \"\" \"envlink {}\" \"User Commands\"\n"
      ".SH NAME\nenvlink \\- link Render environment groups to services, redeploy in order, and prove it\n"
      ".SH SYNOPSIS\n.B envlink\n.I COMMAND\n[flags]\n"
      ".SH DESCRIPTION\n",
      ENVLINK_VERSION);
  out += filled(trim(description));
  out += ".SH COMMANDS\n";
  for (const Command& command : commands()) {
    if (!command.is_hidden()) out += section_of(command);
  }
  out += ".SH EXAMPLES AND FIRST STEPS\n" + as_it_stands(examples_and_first_steps);
  out += ".SH EXIT STATUS\n" + as_it_stands(exit_status());
  out += ".SH ENVIRONMENT\n" + as_it_stands(environment);
  out += ".SH FILES\n" + as_it_stands(files);
  return out;
}

Outcome run(const CommonOptions&) {
  write(Stream::result, manual());
  return Outcome::done;
}

}  // namespace

Command manual_command() {
  return {.name = "__manual",
          .section = Section::hidden,
          .summary = "Print the manual page.",
          .action = make_action(run)};
}

}  // namespace envlink::cli
