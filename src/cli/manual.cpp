#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/description.h"
#include "cli/help.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

/// A line as roff takes it: no dot or quote at its start is a request, no backslash an escape.
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
  for (const std::string& name : parameter.names) {
    names.push_back(parameter.is_flag ? "\\fB" + roff(name) + "\\fR" : "\\fI" + roff(name) + "\\fR");
  }
  std::string text = join(names, ", ");
  if (parameter.is_flag && !parameter.value.empty()) text += " \\fI" + roff(parameter.value) + "\\fR";
  return parameter.many ? text + " ..." : text;
}

/// Kept line by line: examples and lists are laid out by hand.
std::string as_it_stands(std::string_view text) {
  std::string out = ".nf\n";
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    out += line.empty() ? ".sp\n" : roff(line) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out + ".fi\n";
}

std::string section_of(const CommandDescription& command) {
  std::string synopsis = "envlink " + command.name;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.is_flag) continue;
    const std::string word = parameter.names.front() + (parameter.many ? "..." : "");
    synopsis += parameter.required ? " " + word : " [" + word + "]";
  }
  std::string out = fmt::format(".SS {} [flags]\n{}\n", roff(synopsis), roff(command.does));
  for (const Parameter& parameter : command.parameters)
    out += fmt::format(".TP\n{}\n{}\n", names_of(parameter), roff(parameter.does));
  return out + ".PP\n" + as_it_stands(command.help);
}

std::string manual() {
  std::string out = fmt::format(
      ".TH ENVLINK 1 \"\" \"envlink {}\" \"User Commands\"\n"
      ".SH NAME\nenvlink \\- link Render environment groups to services, redeploy in order, and prove it\n"
      ".SH SYNOPSIS\n.B envlink\n.I COMMAND\n[flags]\n"
      ".SH DESCRIPTION\n",
      ENVLINK_VERSION);
  out += as_it_stands(help::overview_head.substr(0, help::overview_head.find("\n\nUsage:")));
  out += ".SH COMMANDS\n";
  for (const CommandDescription& command : describe_commands()) out += section_of(command);
  out += ".SH EXAMPLES AND FIRST STEPS\n" + as_it_stands(help::overview_tail.substr(1));
  out += ".SH EXIT STATUS\n" + as_it_stands(help::exit_codes);
  out += ".SH ENVIRONMENT\n" + as_it_stands(help::environment);
  out += ".SH FILES\n" + as_it_stands(help::files);
  return out;
}

}  // namespace

Outcome run_manual(const Options&) {
  write(Stream::result, manual());
  return Outcome::done;
}

}  // namespace envlink::cli
