#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::cli {

const std::string_view description =
    R"(Links Render environment groups to services, redeploys what needs it in dependency
order, and proves by reading back that the change took effect.
)";

const std::string_view examples_and_first_steps = R"(Examples:
  envlink plan             # what would change
  envlink apply            # change it, after asking
  envlink apply -y         # the same in a script or in CI
  envlink verify -o json   # check the result, as JSON for scripts

First steps:
  1. Create an API key: Render Dashboard, Account Settings, API Keys. Then
     export RENDER_API_KEY=… or write RENDER_API_KEY=… into .env.
  2. envlink init    writes envlink.yaml from what is linked now. Then add
                     the order (after) and what must exist (require).
  3. envlink plan
)";

namespace {

constexpr std::size_t widest = 100;

std::string_view heading(Section section) {
  switch (section) {
    case Section::set_up:
      return "Set up";
    case Section::plan_and_apply:
      return "Plan and apply";
    case Section::look:
      return "Inspect";
    case Section::groups:
      return "Groups";
    case Section::undo_and_history:
      return "Runs";
    case Section::team_store:
      return "Team store";
    case Section::tools:
      return "Tools";
    case Section::hidden:
      break;
  }
  return "";
}

/// "plan           Show what differs …", with further lines below the text.
std::string entry(std::string_view name, std::size_t column, std::string_view does,
                  const view::Style& style) {
  std::string lead = "  " + view::pad(name, column) + "  ";
  if (display_width(name) <= column) return view::hanging(lead, column + 4, does, style);
  const std::string blank(column + 4, ' ');
  return fmt::format("  {}\n", name) + view::hanging(blank, column + 4, does, style);
}

std::string row(const Command& command, const view::Style& style) {
  constexpr std::size_t column = 13;
  std::string_view does = command.summary;
  if (does.ends_with('.')) does.remove_suffix(1);
  return entry(command.name, column, does, style);
}

/// Folds paragraphs; keeps lines that begin with a space.
std::string reflowed(std::string_view text, const view::Style& style) {
  std::string out;
  std::string paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) out += view::folded(std::exchange(paragraph, ""), style);
  };
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.front() == ' ') {
      flush();
      out.append(line).append("\n");
    } else {
      paragraph.append(paragraph.empty() ? "" : " ").append(line);
    }
  }
  flush();
  return out;
}

std::string title_of(const Parameter& parameter) {
  std::string title;
  for (const std::string_view name : parameter.all_names())
    title.append(title.empty() ? "" : ", ").append(name);
  if (parameter.is_flag() && parameter.takes_value()) title.append(" ").append(parameter.value);
  return parameter.takes_several() ? title + "..." : title;
}

std::string list(std::string_view title, const std::vector<const Parameter*>& parameters,
                 const view::Style& style) {
  constexpr std::size_t column = 22;
  if (parameters.empty()) return {};
  std::string out = fmt::format("\n{}:\n", title);
  for (const Parameter* one : parameters) out += entry(title_of(*one), column, one->does, style);
  return out;
}

/// "-f, --env-file, -o text|json": each by its shortest name.
std::string in_short(const std::vector<const Parameter*>& parameters) {
  std::string text;
  for (const Parameter* one : parameters) {
    text.append(text.empty() ? "" : ", ").append(one->all_names().front());
    if (one->value.find('|') != std::string_view::npos) text.append(" ").append(one->value);
  }
  return text;
}

std::string exit_codes(const Command& command, const view::Style& style) {
  std::string out = "\nExit codes:\n";
  for (const Ending& ending : command.endings) {
    out += view::hanging(fmt::format("  {:<5}", exit_code(ending.outcome)), 7, ending.words(), style);
  }
  return out;
}

}  // namespace

std::string arguments_of(const std::vector<Parameter>& parameters) {
  std::string text;
  for (const Parameter& parameter : parameters) {
    if (parameter.is_flag()) continue;
    const std::string word = std::string(parameter.names) + (parameter.takes_several() ? "..." : "");
    text += parameter.required ? " " + word : " [" + word + "]";
  }
  return text;
}

view::Style help_style(const view::Style& terminal) {
  return {.colour = false, .unicode = terminal.unicode, .width = std::min(terminal.width, widest)};
}

std::string general_help(const view::Style& style) {
  std::string text = reflowed(description, style) + "Usage: envlink COMMAND [flags]\n";
  Section section = Section::hidden;
  for (const Command& command : commands()) {
    if (command.is_hidden()) continue;
    if (command.section != section) text += fmt::format("\n{}:\n", heading(command.section));
    section = command.section;
    text += row(command, style);
  }
  const std::vector<Parameter> global = global_parameters();
  std::vector<const Parameter*> all;
  for (const Parameter& parameter : global) all.push_back(&parameter);
  text += list("Global flags", all, style);
  return text + "\n" + std::string(examples_and_first_steps) +
         "\nEach command has its own help: envlink COMMAND --help\n";
}

std::string family_help(std::string_view family, const view::Style& style) {
  std::string text = fmt::format("Usage: envlink {} COMMAND [flags]\n\n", family);
  for (const Command& command : commands()) {
    if (command.name.starts_with(std::string(family) + " ")) text += row(command, style);
  }
  return text + fmt::format("\nEach has its own help: envlink {} COMMAND --help\n", family);
}

std::string help_of(const Command& command, const view::Style& style) {
  const std::vector<Parameter> parameters = command.prepare().parameters;
  std::vector<const Parameter*> arguments;
  std::vector<const Parameter*> flags;
  std::vector<const Parameter*> shared;
  for (const Parameter& parameter : parameters) {
    if (!parameter.hidden)
      (!parameter.is_flag() ? arguments : parameter.global ? shared : flags).push_back(&parameter);
  }
  const std::string usage =
      fmt::format("Usage: envlink {} [flags]{}", command.name, arguments_of(parameters));
  std::string text = view::folded(command.summary, style) + "\n" + view::folded(usage, style);
  if (!command.help.empty()) text += "\n" + reflowed(command.help, style);
  text += list("Arguments", arguments, style) + list("Flags", flags, style);
  if (!shared.empty()) {
    const std::string lead = "\nGlobal flags: ";
    text += view::hanging(lead, lead.size() - 1, in_short(shared) + " (see envlink --help)", style);
  }
  if (!command.examples.empty()) text += fmt::format("\nExamples:\n{}\n", command.examples);
  return text + exit_codes(command, style);
}

}  // namespace envlink::cli
