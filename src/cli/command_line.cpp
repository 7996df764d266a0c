#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <deque>
#include <utility>

#include "base/mask_keys.h"
#include "base/text.h"
#include "cli/help.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

using Words = std::vector<std::string>;
using Run = std::function<Outcome()>;

bool is_flag(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

bool asks_for_help(std::string_view word) {
  return word == "-h" || word == "--help" || word == "-help";
}

std::string without_value(const std::string& word) {
  return clean(word.substr(0, word.find('=')), 60);
}

std::string see_help(std::string_view command) {
  return fmt::format("See: envlink {}{}--help", command, command.empty() ? "" : " ");
}

Run print(std::string text) {
  return [text = std::move(text)] {
    write(Stream::result, text);
    return Outcome::done;
  };
}

view::Style width_of_help() {
  return help_style(style_for(Stream::result, {}));
}

// Errors

Words long_flags(const Invocation& invocation) {
  Words names = {"--help"};
  for (const Parameter& parameter : invocation.parameters) {
    if (parameter.is_flag()) names.emplace_back(parameter.all_names().back());
  }
  return names;
}

bool asks_for_key(const std::string& flag) {
  return flag.find("key") != std::string::npos || flag.find("token") != std::string::npos;
}

Error unknown_flag(const std::string& word, std::string_view command, const Words& known) {
  const std::string flag = without_value(word);
  if (asks_for_key(flag)) {
    return usage_error(
        "Unknown flag " + flag,
        "A key is never taken from the command line: set RENDER_API_KEY, or write it into .env.");
  }
  if (flag == "--dry-run" && command == "apply")
    return usage_error("Unknown flag --dry-run of apply",
                       "Use envlink plan: it shows what apply would do, and changes nothing.");
  const std::string near = nearest(flag, known);
  return usage_error(fmt::format("Unknown flag {}{}{}", flag, command.empty() ? "" : " of ", command),
                     (near.empty() ? "" : "Did you mean " + near + "? ") + see_help(command));
}

/// For a word in place of a command.
Error no_command(const std::string& first) {
  const std::string word = without_value(first.substr(std::min(first.find_first_not_of('-'), first.size())));
  Words names;
  for (const Command& command : commands()) {
    if (command.is_hidden()) continue;
    std::string name(command.name.substr(0, command.name.find(' ')));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
    for (const Parameter& parameter : command.prepare().parameters) {
      if (!parameter.is_flag() || !parameter.is_named(without_value(first))) continue;
      return usage_error(without_value(first) + " must come after the command",
                         "Write: envlink COMMAND " + without_value(first) + " …");
    }
  }
  if (is_flag(first) && asks_for_key(word)) return unknown_flag(first, "", {});
  const auto of_family = std::ranges::find_if(
      commands(), [&](const Command& command) { return command.name.ends_with(" " + first); });
  if (of_family != commands().end())
    return usage_error("Unknown command " + first, fmt::format("Did you mean envlink {}?", of_family->name));
  const std::string near = nearest(word, names);
  return usage_error((first.starts_with('-') ? "Unknown flag " : "Unknown command ") + without_value(first),
                     near.empty() ? "The commands are " + join_and(names, names.size()) + ". " + see_help("")
                                  : "Did you mean envlink " + near + "?");
}

/// "none", "one group", "only A and B".
std::string what_it_takes(const Invocation& invocation) {
  Words names;
  for (const Parameter& parameter : invocation.parameters) {
    if (!parameter.is_flag()) names.emplace_back(parameter.names);
  }
  if (names.empty()) return "none";
  if (names.size() > 1) return "only " + join_and(names);
  std::ranges::transform(names.front(), names.front().begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return "one " + names.front();
}

/// For an extra word of a command.
Error misplaced(const Command& command, const Invocation& invocation, const std::string& word) {
  if (!is_flag(word) && !command.too_many.what.empty()) return command.too_many;
  if (!is_flag(word)) {
    return usage_error(fmt::format("Unexpected argument {}: envlink {} takes {}", clean(word, 60),
                                   command.name, what_it_takes(invocation)),
                       see_help(command.name));
  }
  if (word == "-o" || word.starts_with("--output"))
    return usage_error(fmt::format("envlink {} has only one output format", command.name), "Remove -o.");
  return unknown_flag(word, command.name, long_flags(invocation));
}

/// Otherwise `-out=x` would mean -o with the value "ut=x".
Result<void> no_long_flag_with_one_dash(const Command& command, const Invocation& invocation,
                                        const Words& words) {
  const Words known = long_flags(invocation);
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.size() < 3 || word.front() != '-' || word[1] == '-' || asks_for_help(word)) continue;
    const std::string flag = without_value("-" + word);
    if (std::ranges::find(known, flag) != known.end())
      return fail(unknown_flag(word, command.name, {{flag}}));
  }
  return {};
}

// CLI11 words its errors for programmers; users only need the first line.
Error error_of(const CLI::ParseError& error, const Command& command, const Invocation& invocation) {
  std::string text = error.what();
  constexpr std::string_view unconverted = "Could not convert: ";
  if (text.starts_with(unconverted)) text.erase(0, unconverted.size());
  const std::string name = clean(text.substr(0, text.find_first_of(": ")));  // of the flag or the argument
  const auto named = std::ranges::find_if(
      invocation.parameters, [&](const Parameter& parameter) { return parameter.is_named(name); });
  if (named != invocation.parameters.end() && !named->wrong.what.empty()) return named->wrong;
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return usage_error(name + " needs a value", see_help(command.name));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return usage_error(fmt::format("No {} was given", name), see_help(command.name));
  const bool no_number = dynamic_cast<const CLI::ConversionError*>(&error) != nullptr ||
                         dynamic_cast<const CLI::ValidationError*>(&error) != nullptr;
  if (no_number && named != invocation.parameters.end()) {
    const std::string range =
        named->range ? fmt::format(" from {:.10g} to {:.10g}", named->range->first, named->range->second)
                     : "";
    return usage_error(fmt::format("{} needs a number{}", name, range), see_help(command.name));
  }
  return usage_error(mask_keys(clean(text.substr(0, text.find('\n')))), see_help(command.name));
}

// Parameters

/// Words for parameters with a Reader, parsed after CLI11.
using Unread = std::deque<std::pair<std::string, Reader>>;

void add(CLI::App& app, const Parameter& parameter, Unread& unread) {
  const std::string names(parameter.names);
  const std::string does(parameter.does);
  CLI::Option* option = std::visit(
      [&](const auto& target) {
        using Value = std::decay_t<decltype(target)>;
        if constexpr (std::is_same_v<Value, bool*>) {
          return app.add_flag(names, *target, does);
        } else if constexpr (std::is_same_v<Value, Reader>) {
          return app.add_option(names, unread.emplace_back("", target).first, does);
        } else {
          return app.add_option(names, *target, does);
        }
      },
      parameter.target);
  if (parameter.takes_value()) option->type_name(std::string(parameter.value));
  if (parameter.takes_several()) option->expected(1, CLI::detail::expected_max_vector_size);
  if (parameter.range)
    option->check(CLI::Range(parameter.range->first, parameter.range->second).description(""));
  option->required(parameter.required);
}

/// Empty values usually come from unset shell variables.
Result<void> none_empty(const CLI::App& app, const Invocation& invocation) {
  for (const Parameter& parameter : invocation.parameters) {
    const bool checked = std::holds_alternative<std::string*>(parameter.target) || parameter.takes_several();
    const CLI::Option* option = app.get_option(std::string(parameter.all_names().back()));
    if (!checked || parameter.is_named("--file")) continue;
    if (std::ranges::none_of(option->results(), [](const std::string& word) { return word.empty(); }))
      continue;
    return fail(
        usage_error(fmt::format("{} is empty", parameter.all_names().back()),
                    parameter.required ? "Is a shell variable unset?" : "Give it a value, or remove it"));
  }
  return {};
}

Result<void> check_file(const Invocation& invocation, const CommonFlags& common) {
  const std::string& file = invocation.options->file;
  if (file.empty())
    return fail(usage_error("--file is empty", "Name a file, or remove it to use envlink.yaml"));
  if (file != "-" || !common.file) return {};
  return fail(usage_error("The file cannot be read from stdin", "Save it and pass it with -f FILE"));
}

Result<Run> read_parameters(const Command& command, Words words) {
  Invocation invocation = command.prepare();
  if (command.verbatim) {
    *std::get<Words*>(invocation.parameters.front().target) = std::move(words);
    return invocation.run;
  }
  if (auto clear = no_long_flag_with_one_dash(command, invocation, words); !clear) return fail(clear.error());
  Unread unread;
  CLI::App app(std::string(command.summary), "envlink " + std::string(command.name));
  app.set_help_flag("-h,--help");
  app.allow_extras();
  for (const Parameter& parameter : invocation.parameters) add(app, parameter, unread);
  std::ranges::reverse(words);  // CLI11 expects them in reverse
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return print(help_of(command, width_of_help()));
  } catch (const CLI::ParseError& error) {
    return fail(error_of(error, command, invocation));
  }
  if (const Words left = app.remaining(false); !left.empty())
    return fail(misplaced(command, invocation, left.front()));
  if (const auto good = none_empty(app, invocation); !good) return fail(good.error());
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() > 0 && !option->get_lnames().empty())
      invocation.options->given.push_back("--" + option->get_lnames().front());
  }
  for (const auto& [word, reader] : unread) {
    if (const auto read = reader(word); !read) return fail(read.error());
  }
  if (const auto good = check_file(invocation, command.common); !good) return fail(good.error());
  return invocation.run;
}

// Commands

/// The position of ACTION in `groups ACTION`: the first word that is neither a flag nor a flag's value.
std::size_t second_word(const Words& words, const Command& one_of_family) {
  const Invocation invocation = one_of_family.prepare();
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!is_flag(words[i])) return i;
    const auto flag = std::ranges::find_if(
        invocation.parameters, [&](const Parameter& parameter) { return parameter.is_named(words[i]); });
    if (flag != invocation.parameters.end() && flag->takes_value()) ++i;
  }
  return words.size();
}

Result<Run> read_family(Words words, std::span<const Command* const> family) {
  const std::string first = words.front();
  const std::size_t second = second_word(words, *family.back());
  Words actions;
  for (const Command* command : family) {
    actions.emplace_back(command->name.substr(first.size() + 1));
    if (second == words.size() || actions.back() != words[second]) continue;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(second));
    words.erase(words.begin());
    return read_parameters(*command, std::move(words));
  }
  if (second < words.size()) {
    const std::string near = nearest(words[second], actions);
    return fail(usage_error(fmt::format("Unknown command {} {}", first, clean(words[second], 30)),
                            near.empty() ? "The commands are " + join_and(actions) + "."
                                         : fmt::format("Did you mean envlink {} {}?", first, near)));
  }
  if (std::ranges::any_of(words, asks_for_help)) return print(family_help(first, width_of_help()));
  return fail(usage_error(fmt::format("envlink {} needs a command: {}", first, join(actions, ", ")),
                          see_help(first)));
}

}  // namespace

Result<std::function<Outcome()>> read_command_line(Words words) {
  if (!words.empty() && (words.front() == "help" || asks_for_help(words.front()))) {  // envlink help plan
    words.erase(words.begin());
    if (!words.empty()) words.emplace_back("--help");
  }
  if (words.empty()) return print(general_help(width_of_help()));
  if (words.front() == "--version") words.front() = "version";  // common in other programs
  std::vector<const Command*> family;
  for (const Command& command : commands()) {
    if (command.name == words.front()) {
      words.erase(words.begin());
      return read_parameters(command, std::move(words));
    }
    if (command.name.starts_with(words.front() + " ")) family.push_back(&command);
  }
  return family.empty() ? fail(no_command(words.front())) : read_family(std::move(words), family);
}

}  // namespace envlink::cli
