#pragma once
// Describes a command. Each has its own file in cli/commands; command_table.cpp lists them. Parsing, help,
// completions and the manual page are derived from that list.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "base/words.h"
#include "model/outcome.h"

namespace envlink::cli {

using model::Outcome;

enum class Output { text, json, jsonl, sarif };
/// automatic: only on a terminal.
enum class ColorMode { automatic, always, never };
constexpr auto words(ColorMode) {
  return std::to_array<std::string_view>({"auto", "always", "never"});
}

/// Options that several commands share; each command uses some of them.
struct CommonOptions {
  std::string file = "envlink.yaml";
  std::string env_file;  // empty: .env next to the file
  Output output = Output::text;
  bool yes = false;
  Duration lock_wait{0};
  bool quiet = false;
  bool verbose = false;
  ColorMode color = ColorMode::automatic;
  bool no_color = false;  // same as never
  bool no_input = false;
  std::vector<std::string> given;  // the flags on the command line: "--file"

  bool was_given(std::string_view flag) const;
};

/// The flags that a command has for the common options.
struct CommonFlags {
  bool asking = false;          // --yes
  bool writing = false;         // --yes, --lock-wait
  bool file = false;            // -f
  bool env_file = false;        // --env-file
  bool output = false;          // -o
  bool stream = false;          // also -o jsonl: for commands that carry out a plan
  bool sarif = false;           // also -o sarif: for commands whose result is findings
  bool details = false;         // -v
  bool color = false;           // --color, --no-color
  bool messages = false;        // --color, --no-color, -q, -v, --no-input
  bool hidden_writing = false;  // accepts the flags of `writing`, but does not show them
};

/// Parses a word; an empty one if the parameter was not given.
using Reader = std::function<Result<void>(const std::string&)>;

/// Where a value is stored. A bool is a flag without a value; a list accepts several values.
using Target = std::variant<bool*, std::string*, std::vector<std::string>*, std::int64_t*, std::uint16_t*,
                            double*, std::optional<std::uint64_t>*, Reader>;

/// A flag or an argument.
struct Parameter {
  std::string_view names;  // "-f,--file"; for an argument: "SERVICE"
  std::string_view value;  // its placeholder in the help: "FILE", "text|json"
  Target target;
  std::string_view does;
  bool required = false;
  std::optional<std::pair<double, double>> range{};
  Error wrong{};        // if it is missing or invalid; without a `what`: a general message
  bool hidden = false;  // accepted, but not shown
  bool global = false;  // common to many commands, and described once

  bool is_flag() const { return names.starts_with('-'); }
  bool takes_value() const { return !std::holds_alternative<bool*>(target); }
  bool takes_several() const { return std::holds_alternative<std::vector<std::string>*>(target); }
  std::vector<std::string_view> all_names() const;
  bool is_named(std::string_view name) const;
};

/// A command and the options that its parameters write to.
struct Invocation {
  std::shared_ptr<CommonOptions> options;
  std::vector<Parameter> parameters;
  std::function<Outcome()> run;
};

/// The sections of the help, in order. Hidden commands are for programs.
enum class Section { set_up, plan_and_apply, look, groups, undo_and_history, team_store, tools, hidden };

/// A way in which a command can end, with its own description; default: the outcome's.
struct Ending {
  Outcome outcome;
  std::string_view when{};

  std::string_view words() const { return when.empty() ? to_string(outcome) : when; }
};

struct Command {
  std::string_view name;  // "plan", "groups link"
  Section section;
  std::string_view summary;  // a sentence
  std::string_view help{};   // further sentences
  std::string_view examples{};
  std::vector<Ending> endings{};  // by exit code
  CommonFlags common{};
  Error too_many{};       // shown for an extra argument, without repeating it
  bool verbatim = false;  // its argument takes all words unchanged, including flags
  std::function<Invocation()> action;

  bool is_hidden() const { return section == Section::hidden; }
  /// Fresh options, with the command's own parameters and the common ones.
  Invocation prepare() const;
};

/// For `Command::action`: creates options, and parameters that write to them for `run`.
template <class Options>
std::function<Invocation()> make_action(std::vector<Parameter> (*parameters)(Options&),
                                        Outcome (*run)(const Options&)) {
  return [parameters, run] {
    auto options = std::make_shared<Options>();
    return Invocation{options, parameters(*options), [options, run] { return run(*options); }};
  };
}

/// For a command without parameters of its own.
std::function<Invocation()> make_action(Outcome (*run)(const CommonOptions&));

/// For a command about one run.
struct RunOptions : CommonOptions {
  std::int64_t run = 0;  // RUN; 0: the newest
};
std::vector<Parameter> run_argument(RunOptions& options);

/// By exit code: the usual endings of a command that reads from Render, merged with its `own`.
std::vector<Ending> endings_of_reading(std::vector<Ending> own = {});
/// The same for a command that changes links.
std::vector<Ending> endings_of_writing(std::vector<Ending> own = {});
/// The same for a command that also deploys.
std::vector<Ending> endings_of_rollout(std::vector<Ending> own = {});

std::vector<Parameter> global_parameters();

/// In the order of the help, hidden ones last.
std::span<const Command> commands();

/// A mistake on the command line.
Error usage_error(std::string what, std::string cure);

}  // namespace envlink::cli
