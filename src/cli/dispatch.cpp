#include "cli/dispatch.h"

#include <exception>
#include <optional>
#include <string_view>

#include "cli/commands.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

Outcome run_command(const Options& options) {
  switch (options.command) {
    case Command::init:
      return run_init(options);
    case Command::plan:
      return run_plan(options);
    case Command::apply:
      return run_apply(options);
    case Command::verify:
      return run_verify(options);
    case Command::status:
      return run_status(options);
    case Command::groups:
      return run_groups(options);
    case Command::rehearse:
      return run_rehearse(options);
    case Command::explain:
      return run_explain(options);
    case Command::resume:
      return run_resume(options);
    case Command::rollback:
      return run_rollback(options);
    case Command::runs:
      return run_runs(options);
    case Command::report:
      return run_report(options);
    case Command::validate:
      return run_validate(options);
    case Command::emulate:
      return run_emulate(options);
    case Command::doctor:
      return run_doctor(options);
    case Command::completion:
      return run_completion(options);
    case Command::version:
      return run_version(options);
  }
  return Outcome::usage;
}

/// Words that are no commands for people; what stands behind the first may look like flags.
std::optional<Outcome> hidden(int argc, const char* const* argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  Options options;
  if (word == "__complete") {
    options.words.assign(argv + 2, argv + argc);
    return run_complete(options);
  }
  if (word == "__manual") return run_manual(options);
  return std::nullopt;
}

Outcome parse_and_run(int argc, const char* const* argv) {
  if (const auto code = hidden(argc, argv)) return *code;
  const auto options = parse_options(argc, argv);
  if (options) return run_command(*options);
  const Farewell& farewell = options.error();
  if (!farewell.result.empty()) write(Stream::result, farewell.result);
  if (!farewell.talk.empty()) write(Stream::talk, farewell.talk);
  return model::outcome_of_exit_code(farewell.exit_code);
}

}  // namespace

int dispatch(int argc, const char* const* argv) {
  try {
    const Outcome outcome = parse_and_run(argc, argv);
    return model::exit_code(result_written() || !is_success(outcome) ? outcome : Outcome::error);
  } catch (const std::exception& broken) {
    print_error({.what = "envlink itself is at fault",
                 .why = broken.what(),
                 .cure = "Please report this. What was asked of Render so far is in the journal."});
    return model::exit_code(Outcome::error);
  }
}

}  // namespace envlink::cli
