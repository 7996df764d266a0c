#include "cli/misuse.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/description.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

std::string without_value(const std::string& argument) {
  return clean(argument.substr(0, argument.find('=')), 60);
}

std::vector<std::string> long_flags(const CommandDescription& command) {
  std::vector<std::string> names;
  for (const Parameter& parameter : command.parameters) {
    for (const std::string& name : parameter.names) {
      if (name.starts_with("--")) names.push_back(name);
    }
  }
  return names;
}

bool has_flag(const CommandDescription& command, const std::string& name) {
  return std::ranges::any_of(command.parameters, [&](const Parameter& parameter) {
    return parameter.is_flag && std::ranges::find(parameter.names, name) != parameter.names.end();
  });
}

std::vector<std::string> flags_of(const std::string& name) {
  for (const CommandDescription& command : describe_commands()) {
    if (command.name == name) return long_flags(command);
  }
  return {};
}

bool asks_for_key(const std::string& flag) {
  return flag.find("key") != std::string::npos || flag.find("token") != std::string::npos;
}

Farewell unknown_flag(const std::string& argument, const std::string& command,
                      const std::vector<std::string>& known) {
  const std::string flag = without_value(argument);
  if (asks_for_key(flag)) {
    return misuse("Unknown flag " + flag,
                  "A key is never taken from the command line: set RENDER_API_KEY, or write it into .env.");
  }
  const std::string near = nearest(flag, known);
  return misuse("Unknown flag " + flag + (command.empty() ? "" : " of " + command),
                (near.empty() ? "" : "Did you mean " + near + "? ") + "See: envlink " +
                    (command.empty() ? "" : command + " ") + "--help");
}

}  // namespace

Farewell misuse(std::string what, std::string cure) {
  return {64, {}, format_error({ErrorKind::usage, std::move(what), {}, std::move(cure), {}})};
}

Farewell wrong_before_command(const std::string& first) {
  const std::string word = without_value(first.substr(std::min(first.find_first_not_of('-'), first.size())));
  std::vector<std::string> commands;
  for (const CommandDescription& command : describe_commands()) {
    commands.push_back(command.name);
    if (!has_flag(command, without_value(first))) continue;
    return misuse("The flag " + without_value(first) + " stands before the command",
                  "Put it behind: envlink COMMAND " + without_value(first) + " …");
  }
  if (first.starts_with('-') && asks_for_key(word)) return unknown_flag(first, "", {});
  const std::string near = nearest(word, commands);
  return misuse((first.starts_with('-') ? "Unknown flag " : "Unknown command ") + without_value(first),
                near.empty() ? "The commands are " + join_and(commands) + ". See: envlink --help"
                             : "Did you mean envlink " + near + "?");
}

std::optional<Farewell> misplaced(const std::string& command, const std::vector<std::string>& left) {
  for (const std::string& argument : left) {
    if (argument.size() > 1 && argument.front() == '-') {
      if (argument == "-o" || argument.rfind("--output", 0) == 0) {
        return misuse("The command " + command + " has one form of output", "Leave -o out.");
      }
      return unknown_flag(argument, command, flags_of(command));
    }
    return misuse("The command " + command + " takes no argument " + clean(argument, 60),
                  "See: envlink " + command + " --help");
  }
  return std::nullopt;
}

}  // namespace envlink::cli
