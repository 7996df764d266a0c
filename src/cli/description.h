#pragma once
// The commands and their flags as values: what completions and the manual page are made from.

#include <string>
#include <string_view>
#include <vector>

namespace envlink::cli {

/// What a value stands for.
enum class ValueKind { none, word, file, service, group, choice };

struct Parameter {
  std::vector<std::string> names;    // "-f", "--file"; of an argument: "SERVICE"
  bool is_flag = false;              // otherwise an argument without a flag
  std::string value;                 // "FILE"; empty: it takes none
  ValueKind kind = ValueKind::none;  // of the value
  std::vector<std::string> choices;  // for a choice: all that may stand there
  bool many = false;                 // takes several values
  bool required = false;
  std::string does;
};

struct CommandDescription {
  std::string name;
  std::string does;
  std::string_view help;  // longer words, examples, exit codes
  std::vector<Parameter> parameters;
};

/// From the word that stands for a value in the help: "FILE", "SERVICE", "text|json".
ValueKind kind_of(const std::string& value);

/// Those that a person types, in the order of the help.
std::vector<CommandDescription> describe_commands();

}  // namespace envlink::cli
