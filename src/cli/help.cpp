#include "cli/help.h"

#include <fmt/format.h>

#include "base/text.h"

namespace envlink::cli {

const std::string_view description =
    R"(envlink links Render environment groups to services, redeploys the services that need it in
dependency order, and proves by reading back that it took effect.
)";

const std::string_view examples_and_first_steps = R"(Examples:
  envlink plan                       # compare envlink.yaml with the workspace
  envlink apply                      # carry the plan out, after a question
  envlink apply --yes                # the same in a script or in CI
  envlink apply --redeploy backend   # redeploy a service that nothing else reaches
  envlink verify -o json             # the proof, for a program

A first run takes three steps:
  1. Create an API key in the Render Dashboard (Account Settings, API Keys), then
     export RENDER_API_KEY=… or write RENDER_API_KEY=… into a .env beside the file.
  2. envlink init writes envlink.yaml as the workspace is linked now. Correct it: which groups each service
     is linked to, and what it comes after.
  3. envlink plan

Each command has its own help: envlink COMMAND --help
)";

namespace {

constexpr std::size_t help_width = 103;

std::string_view heading(Section section) {
  switch (section) {
    case Section::set_up:
      return "Set up";
    case Section::plan_and_apply:
      return "Plan and apply";
    case Section::look:
      return "Look";
    case Section::groups:
      return "Groups";
    case Section::undo_and_history:
      return "Undo and history";
    case Section::tools:
      return "Tools";
    case Section::hidden:
      break;
  }
  return "";
}

std::string row(const Command& command) {
  std::string does(command.summary.substr(0, command.summary.size() - 1));  // without the full stop
  does.front() = to_lower(does.front());
  return fmt::format("  {:<15}{}\n", command.name, does);
}

std::string exit_codes(const Command& command) {
  std::string text;
  std::string line = "Exit codes:";
  for (const Ending& ending : command.endings) {
    const std::string_view when = ending.when.empty() ? to_string(ending.outcome) : ending.when;
    const std::string item = fmt::format(" {} {}{}", exit_code(ending.outcome), when,
                                         &ending == &command.endings.back() ? "" : ",");
    if (line.size() + item.size() > help_width) text += std::exchange(line, " ") + "\n";
    line += item;
  }
  return text + line;
}

}  // namespace

std::string general_help() {
  std::string text = fmt::format("{}\nUsage: envlink COMMAND [FLAGS]\n", description);
  Section section = Section::hidden;
  for (const Command& command : commands()) {
    if (command.is_hidden()) continue;
    if (command.section != section) text += fmt::format("\n{}:\n", heading(command.section));
    section = command.section;
    text += row(command);
  }
  return text.append("\n").append(examples_and_first_steps);
}

std::string family_help(std::string_view family) {
  std::string text = fmt::format("Usage: envlink {} COMMAND [FLAGS]\n\n", family);
  for (const Command& command : commands()) {
    if (command.name.starts_with(std::string(family) + " ")) text += row(command);
  }
  return text + fmt::format("\nEach has its own help: envlink {} COMMAND --help\n", family);
}

std::string long_help(const Command& command) {
  std::string text(command.help);
  if (!command.examples.empty())
    text += fmt::format("{}Examples:\n{}", text.empty() ? "" : "\n\n", command.examples);
  return text + "\n\n" + exit_codes(command);
}

}  // namespace envlink::cli
