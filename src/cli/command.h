#pragma once
// What a command is. Each has a file of its own in cli/commands; command_table.cpp lists them. Parsing, help,
// completions and the manual page follow from that list.

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
/// automatic: on a terminal.
enum class ColorMode { automatic, always, never };
constexpr auto words(ColorMode) {
  return std::to_array<std::string_view>({"auto", "always", "never"});
}

/// What several commands can be told. The options of a command are derived from these.
struct CommonOptions {
  std::string file = "envlink.yaml";
  std::string env_file;  // empty: .env beside the file
  Output output = Output::text;
  bool yes = false;
  Duration lock_wait{0};
  bool quiet = false;
  bool verbose = false;
  ColorMode color = ColorMode::automatic;
  bool no_color = false;  // the same as never
  bool no_input = false;
  std::vector<std::string> given;  // the flags that were on the command line: "--file"

  bool was_given(std::string_view flag) const;
};

/// Which flags for these a command has.
struct CommonFlags {
  bool asking = false;          // --yes
  bool writing = false;         // --yes, --lock-wait
  bool file = false;            // -f
  bool env_file = false;        // --env-file
  bool output = false;          // -o
  bool stream = false;          // -o jsonl as well: it carries a plan out, so that there are events
  bool sarif = false;           // -o sarif as well: its result is findings
  bool color = false;           // --color, --no-color
  bool messages = false;        // those, -q, -v, --no-input
  bool hidden_writing = false;  // those of `writing` are understood, and not offered
};

/// Takes a word; an empty one where it was not given.
using Reader = std::function<Result<void>(const std::string&)>;

/// Where a value goes. A flag for a bool takes none, one for a list takes several.
using Target = std::variant<bool*, std::string*, std::vector<std::string>*, std::int64_t*, std::uint16_t*,
                            double*, std::optional<std::uint64_t>*, Reader>;

/// A flag or an argument.
struct Parameter {
  std::string_view names;  // "-f,--file"; of an argument: "SERVICE"
  std::string_view value;  // what stands for its value in the help: "FILE", "text|json"
  Target target;
  std::string_view does;
  bool required = false;
  std::optional<std::pair<double, double>> range{};
  Error wrong{};        // where it is missing or makes no sense; without a `what`: said in general words
  bool hidden = false;  // understood, and not offered
  bool global = false;  // of many commands, and told of once

  bool is_flag() const { return names.starts_with('-'); }
  bool takes_value() const { return !std::holds_alternative<bool*>(target); }
  bool takes_several() const { return std::holds_alternative<std::vector<std::string>*>(target); }
  std::vector<std::string_view> all_names() const;
  bool is_named(std::string_view name) const;
};

/// A command with the options that its parameters write to.
struct Invocation {
  std::shared_ptr<CommonOptions> options;
  std::vector<Parameter> parameters;
  std::function<Outcome()> run;
};

/// The headings of the help, in its order. Hidden ones are for programs.
enum class Section { set_up, plan_and_apply, look, groups, undo_and_history, tools, hidden };

/// A way in which a command can end, in its own words; by default the outcome's.
struct Ending {
  Outcome outcome;
  std::string_view when{};

  std::string_view words() const { return when.empty() ? to_string(outcome) : when; }
};

struct Command {
  std::string_view name;  // "plan", "groups link"
  Section section;
  std::string_view summary;  // a sentence
  std::string_view help{};   // more of them
  std::string_view examples{};
  std::vector<Ending> endings{};  // by exit code
  CommonFlags common{};
  Error too_many{};       // what is said of an argument too many, which is not repeated then
  bool verbatim = false;  // its one argument takes all words as they stand, flags too
  std::function<Invocation()> action;

  bool is_hidden() const { return section == Section::hidden; }
  /// Ready to be told its options: with its own parameters and the common ones.
  Invocation prepare() const;
};

/// For `Command::action`: a new set of options, the parameters that write to them, and what is done with
/// them.
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

/// Of a command that is about one run.
struct RunOptions : CommonOptions {
  std::int64_t run = 0;  // RUN; 0: the newest
};
std::vector<Parameter> run_argument(RunOptions& options);

/// By exit code: how a command can end that asks Render, with its `own` endings and words for the usual ones.
std::vector<Ending> endings_of_reading(std::vector<Ending> own = {});
/// The same of one that changes links.
std::vector<Ending> endings_of_writing(std::vector<Ending> own = {});
/// And of one that deploys as well.
std::vector<Ending> endings_of_rollout(std::vector<Ending> own = {});

/// The flags that many commands share.
std::vector<Parameter> global_parameters();

/// In the order of the help, the hidden ones last.
std::span<const Command> commands();

/// A command line that is wrong.
Error usage_error(std::string what, std::string cure);

}  // namespace envlink::cli
