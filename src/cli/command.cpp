#include "cli/command.h"

#include <algorithm>

namespace envlink::cli {

bool CommonOptions::was_given(std::string_view flag) const {
  return std::ranges::find(given, flag) != given.end();
}

std::vector<std::string> Parameter::all_names() const {
  const std::size_t comma = names.find(',');
  std::vector<std::string> all = {std::string(names.substr(0, comma))};
  if (comma != std::string_view::npos) all.emplace_back(names.substr(comma + 1));
  return all;
}

bool Parameter::is_named(std::string_view name) const {
  const std::vector<std::string> all = all_names();
  return std::ranges::find(all, name) != all.end();
}

Invocation Command::prepare() const {
  Invocation made = own();
  CommonOptions& options = *made.options;
  const auto add = [&](Parameter parameter) { made.parameters.push_back(std::move(parameter)); };
  if (common.writing || common.hidden_writing) {
    Parameter yes{"-y,--yes", "", &options.yes, "Do not ask before writing"};
    Parameter wait{"--lock-wait", "TIME", &options.lock_wait,
                   "How long to wait for another run to end, such as 10m"};
    yes.hidden = wait.hidden = !common.writing;
    add(std::move(yes));
    add(std::move(wait));
  }
  if (common.file) add({"-f,--file", "FILE", &options.file, "The file; envlink.yaml unless given"});
  if (common.env_file) {
    add({"--env-file", "FILE", &options.env_file,
         "Where RENDER_API_KEY may stand; .env beside the file unless given"});
  }
  if (common.stream) {
    add({"-o,--output", "text|json|jsonl", &options.output,
         "For people, or for programs; jsonl: an event a line"});
  } else if (common.output) {
    add({"-o,--output", "text|json", &options.output, "For people, or for programs"});
  }
  if (common.messages) {
    add({"-q,--quiet", "", &options.quiet, "Only the result and errors"});
    add({"-v,--verbose", "", &options.verbose, "Also say how many requests were made"});
    add({"--no-color", "", &options.no_color, "No colour; NO_COLOR does the same"});
    add({"--no-input", "", &options.no_input, "Never ask; what writes then needs --yes"});
  }
  return made;
}

std::function<Invocation()> own(Outcome (*run)(const CommonOptions&)) {
  return own<CommonOptions>([](CommonOptions&) { return std::vector<Parameter>{}; }, run);
}

Parameter run_argument(std::int64_t& run) {
  return {.names = "RUN",
          .value = "",
          .target = &run,
          .does = "The run's number; the newest unless given",
          .range = {{1, 1e9}},
          .wrong = usage_error("RUN is the number of a run", "To see which there are: envlink runs")};
}

Error usage_error(std::string what, std::string cure) {
  return {.kind = ErrorKind::usage, .what = std::move(what), .cure = std::move(cure)};
}

}  // namespace envlink::cli
