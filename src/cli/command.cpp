#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/system.h"

namespace envlink::cli {

namespace {

std::vector<std::string> names_of_streaming_commands() {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.common.stream) names.emplace_back(command.name);
  }
  return names;
}

/// -o, or RENDER_OUTPUT without it.
Result<Output> output_of(const std::string& asked, const CommonFlags& common) {
  const bool stream = common.stream;
  const std::string word = asked.empty() ? environment("RENDER_OUTPUT").value_or("text") : asked;
  if (word == "text") return Output::text;
  if (word == "json") return Output::json;
  if (word == "sarif" && common.sarif) return Output::sarif;
  if (word == "jsonl" && stream) return Output::jsonl;
  // "interactive" is the official CLI's word for its screens; envlink's nearest output is text. The
  // variable applies to every command, so a command without events uses the nearest output.
  if (word == "interactive" && asked.empty()) return Output::text;
  if (word == "jsonl" && asked.empty()) return Output::json;
  if (word == "jsonl") {
    return fail(usage_error("-o jsonl streams the events of a run, and this command has none",
                            fmt::format("Use -o json. Only these commands have -o jsonl: {}.",
                                        join_and(names_of_streaming_commands()))));
  }
  return fail(usage_error(fmt::format("Unknown output format {} {}", clean(word, 30),
                                      asked.empty() ? "in RENDER_OUTPUT" : "(-o)"),
                          stream         ? "Use text, json or jsonl."
                          : common.sarif ? "Use text, json or sarif."
                                         : "Use text or json."));
}

Result<ColorMode> color_mode_of(const std::string& asked) {
  if (asked.empty()) return ColorMode::automatic;
  if (const auto mode = from_word<ColorMode>(asked)) return *mode;
  return fail(
      usage_error(fmt::format("--color does not know {}", clean(asked, 30)), "Use auto, always or never."));
}

Result<Duration> duration_of(const std::string& asked) {
  if (asked.empty()) return Duration{0};
  if (const auto span = parse_duration(asked)) return *span;
  return fail(usage_error("--lock-wait " + clean(asked, 30) + " is not a duration",
                          "Write a number with its unit, such as 30s, 10m or 1h."));
}

/// `own` endings replace the usual ones.
std::vector<Ending> merged(std::vector<Ending> own, std::span<const Ending> usual) {
  for (const Ending& ending : usual) {
    if (std::ranges::find(own, ending.outcome, &Ending::outcome) == own.end()) own.push_back(ending);
  }
  std::ranges::sort(own, {}, [](const Ending& ending) { return model::exit_code(ending.outcome); });
  return own;
}

/// A reader that parses with `read` and stores the value.
template <class Value>
Reader into(Value& value, std::function<Result<Value>(const std::string&)> read) {
  return [&value, read = std::move(read)](const std::string& word) {
    return read(word).map([&value](const Value& got) { value = got; });
  };
}

}  // namespace

bool CommonOptions::was_given(std::string_view flag) const {
  return std::ranges::find(given, flag) != given.end();
}

std::vector<std::string_view> Parameter::all_names() const {
  return split(names, ',');
}

bool Parameter::is_named(std::string_view name) const {
  const std::vector<std::string_view> all = all_names();
  return std::ranges::find(all, name) != all.end();
}

namespace {

void add_writing_flags(std::vector<Parameter>& parameters, CommonOptions& options, const CommonFlags& flags) {
  const bool offered = flags.writing || flags.asking;
  if (!offered && !flags.hidden_writing) return;
  parameters.push_back({"-y,--yes", "", &options.yes, "Do not ask for confirmation"});
  parameters.back().hidden = !offered;
  if (flags.asking) return;
  parameters.push_back({"--lock-wait", "TIME", into<Duration>(options.lock_wait, duration_of),
                        "Wait this long for another run to end, such as 10m"});
  parameters.back().hidden = !offered;
}

void add_global_flags(std::vector<Parameter>& parameters, CommonOptions& options, const CommonFlags& flags) {
  const auto add = [&](Parameter parameter) {
    parameter.global = true;
    parameters.push_back(std::move(parameter));
  };
  if (flags.file) add({"-f,--file", "FILE", &options.file, "The envlink file (default: envlink.yaml)"});
  if (flags.env_file) {
    add({"--env-file", "FILE", &options.env_file,
         "File to read RENDER_API_KEY from (default: .env next to the file)"});
  }
  if (flags.output || flags.stream) {
    const auto read = [flags](const std::string& word) { return output_of(word, flags); };
    Parameter output{"-o,--output", "text|json", into<Output>(options.output, read), "Output format"};
    if (flags.stream) output.value = "text|json|jsonl";
    if (flags.sarif) output.value = "text|json|sarif";
    add(std::move(output));
  }
  if (flags.messages) {
    add({"-q,--quiet", "", &options.quiet, "Only the result and errors"});
  }
  if (flags.messages || flags.details) {
    add({"-v,--verbose", "", &options.verbose, "All details"});
  }
  if (flags.messages || flags.color) {
    add({"--color", "auto|always|never", into<ColorMode>(options.color, color_mode_of),
         "auto: on a terminal, unless NO_COLOR is set"});
    add({"--no-color", "", &options.no_color, "The same as --color=never"});
  }
  if (flags.messages) {
    add({"--no-input", "", &options.no_input, "Never ask"});
  }
}

}  // namespace

Invocation Command::prepare() const {
  Invocation made = action();
  add_writing_flags(made.parameters, *made.options, common);
  add_global_flags(made.parameters, *made.options, common);
  return made;
}

std::vector<Parameter> global_parameters() {
  static CommonOptions nobodys;
  std::vector<Parameter> parameters;
  add_global_flags(parameters, nobodys, {.file = true, .env_file = true, .output = true, .messages = true});
  return parameters;
}

std::function<Invocation()> make_action(Outcome (*run)(const CommonOptions&)) {
  return make_action<CommonOptions>([](CommonOptions&) { return std::vector<Parameter>{}; }, run);
}

std::vector<Parameter> run_argument(RunOptions& options) {
  return {{.names = "RUN",
           .value = "",
           .target = &options.run,
           .does = "The run's number (default: the newest)",
           .range = {{1, 1e9}},
           .wrong = usage_error("RUN must be a run number, 1 or higher", "List them: envlink runs")}};
}

std::vector<Ending> endings_of_reading(std::vector<Ending> own) {
  static constexpr auto usual =
      std::to_array<Ending>({{Outcome::done},
                             {Outcome::error},
                             {Outcome::authentication},
                             {Outcome::refused, "the workspace was not found or is ambiguous"},
                             {Outcome::usage},
                             {Outcome::interrupted}});
  return merged(std::move(own), usual);
}

std::vector<Ending> endings_of_writing(std::vector<Ending> own) {
  static constexpr auto usual = std::to_array<Ending>({{Outcome::done, "done or nothing to do"},
                                                       {Outcome::refused, "refused: nothing was changed"},
                                                       {Outcome::held, "another run is in progress"}});
  return endings_of_reading(merged(std::move(own), usual));
}

std::vector<Ending> endings_of_rollout(std::vector<Ending> own) {
  static constexpr auto usual =
      std::to_array<Ending>({{Outcome::deploy_failed, "a deploy failed"},
                             {Outcome::rolled_back, "a deploy failed and the run was rolled back"},
                             {Outcome::timed_out, "deploys still running at the timeout"}});
  return endings_of_writing(merged(std::move(own), usual));
}

Error usage_error(std::string what, std::string cure) {
  return {.kind = ErrorKind::usage, .what = std::move(what), .cure = std::move(cure)};
}

}  // namespace envlink::cli
