#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "cli/command_entries.h"
#include "cli/description.h"
#include "cli/help.h"
#include "cli/misuse.h"
#include "cli/raw_options.h"
#include "cli/settle.h"

namespace envlink::cli {

namespace {

void add_flags(CLI::App& app, Command command, RawOptions& raw) {
  Options& options = raw.options;
  if (command == Command::emulate) {
    app.add_option("WORKSPACE", options.workspace_file, "The workspace to serve, a YAML file")
        ->required()
        ->type_name("");
    app.add_option("--port", options.port, "The port on 127.0.0.1; 0 takes a free one")->type_name("N");
    app.add_option("--speed", options.speed, "Divides the time that builds, pre-deploys and starts take")
        ->type_name("X")
        ->check(CLI::Range(0.001, 1e6).description(""));
  }
  if (command == Command::init) {
    app.add_option("-f,--file", options.file, "What to write; envlink.yaml unless given, - for stdout")
        ->type_name("FILE");
    app.add_option("--from-blueprint", options.blueprint, "Read this Blueprint (render.yaml), offline")
        ->type_name("FILE");
  }
  if (command == Command::explain) {
    app.add_option("SERVICE", options.service, "Its name or id; any service of the workspace")
        ->required()
        ->type_name("");
    app.add_option("KEY", options.key, "One variable; all unless given")->type_name("");
  }
  if (command == Command::plan) {
    app.add_option("--out", options.plan_out, "Write the plan to this file as well, for envlink apply FILE")
        ->type_name("FILE");
    app.add_option("--sarif", options.sarif, "Write the findings to this file as SARIF, for a code host")
        ->type_name("FILE");
    app.add_flag("--detailed-exitcode", options.detailed_exitcode, "Exit 2 when something differs");
  }
  if (command == Command::verify) {
    app.add_option("--junit", options.junit, "Write the proof to this file as JUnit XML, for a CI")
        ->type_name("FILE");
    app.add_flag("--health", options.health, "Also ask the health path of each web service");
  }
  if (command == Command::rehearse) {
    app.add_option("PLAN", options.plan_file, "Play this plan, written by plan --out; made anew unless given")
        ->type_name("");
    app.add_option("--faults", options.faults_file,
                   "An emulator's file: its faults, behaviour and outcomes are played")
        ->type_name("FILE");
    app.add_option("--seed", options.seed, "Draw faults instead; the same number draws the same ones")
        ->type_name("N");
    app.add_option("--fail", options.fail, "Let the deploys of these services fail")
        ->type_name("SERVICE")
        ->expected(1, CLI::detail::expected_max_vector_size);
  }
  if (command == Command::plan || command == Command::apply || command == Command::rehearse) {
    app.add_option("--redeploy", raw.redeploy, "Redeploy these services as well; `all`: every one")
        ->type_name("SERVICE")
        ->expected(1, CLI::detail::expected_max_vector_size);
  }
  if (command == Command::resume || command == Command::rollback || command == Command::report) {
    app.add_option("RUN", options.run, "The run's number; the newest unless given")
        ->type_name("")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}).description(""));
  }
  if (command == Command::report) {
    app.add_flag("--html", options.html, "One self-contained page instead of text");
    app.add_option("--out", options.out, "Write to this file instead of stdout")->type_name("FILE");
  }
  if (command == Command::completion)
    app.add_option("SHELL", raw.shell, "The shell")->required()->type_name("bash|zsh|fish");
  if (command == Command::groups) {
    app.add_option("ACTION", raw.action, "What to do")->required()->type_name("list|show|link|unlink");
    app.add_option("GROUP", options.group, "A group, by name or id")->type_name("");
    app.add_option("SERVICE", options.services, "Services, by name or id; for link and unlink")
        ->type_name("")
        ->expected(0, CLI::detail::expected_max_vector_size);
  }
  if (command == Command::apply) {
    app.add_option("PLAN", options.plan_file, "Carry out this plan, written by plan --out, and no other")
        ->type_name("");
    app.add_flag("--anew", options.anew, "Leave a run that was broken off as it stands, and plan anew");
  }
  if (command == Command::apply || command == Command::rehearse) {
    app.add_option("--expect-hash", options.expect_hash, "Go on only if the plan has this hash")
        ->type_name("SHA256");
  }
  if (writes(command)) {
    app.add_flag("--yes", options.yes, "Do not ask before writing");
    app.add_option("--lock-wait", raw.lock_wait, "How long to wait for another run to end, such as 10m")
        ->type_name("TIME");
  }
  if (reads_file(command)) {
    app.add_option("-f,--file", options.file, "The file; envlink.yaml unless given")->type_name("FILE");
  }
  if (uses_api(command)) {
    app.add_option("--env-file", options.env_file,
                   "Where RENDER_API_KEY may stand; .env beside the file unless given")
        ->type_name("FILE");
  }
  if (command == Command::report) {
    app.add_flag("-q,--quiet", options.quiet, "Only the result and errors");
    app.add_flag("--no-color", options.no_color, "No colour; NO_COLOR does the same");
  }
  if (has_output(command)) {
    app.add_option("-o,--output", raw.output,
                   has_stream(command) ? "For people, or for programs; jsonl: an event a line"
                                       : "For people, or for programs")
        ->type_name(has_stream(command) ? "text|json|jsonl" : "text|json");
  }
  if (talks(command)) {
    app.add_flag("-q,--quiet", options.quiet, "Only the result and errors");
    app.add_flag("-v,--verbose", options.verbose, "Also say how many requests were made");
    app.add_flag("--no-color", options.no_color, "No colour; NO_COLOR does the same");
    app.add_flag("--no-input", options.no_input, "Never ask; what writes then needs --yes");
  }
}

// CLI11 words its errors for programmers; the first line is enough for a user.
Farewell misuse_of(const CLI::ParseError& error, const std::string& command) {
  const std::string text = error.what();
  const std::string name = clean(text.substr(0, text.find_first_of(": ")));  // of the flag or the argument
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return misuse("The flag " + name + " stands without its value", "See: envlink " + command + " --help");
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return misuse(fmt::format("The command {} needs {}", command, name),
                  "See: envlink " + command + " --help");
  if (name == "RUN") return misuse("RUN is the number of a run", "To see which there are: envlink runs");
  return misuse(mask_keys(clean(text.substr(0, text.find('\n')))), "See: envlink " + command + " --help");
}

void build(CLI::App& app, RawOptions& raw) {
  app.set_help_flag("-h,--help", "This help");
  app.option_defaults()->group("Flags");
  app.allow_extras();
  app.require_subcommand(0, 1);  // otherwise a second command's name would take over from the first
  app.get_formatter()->column_width(28);
  for (const auto& [label, word] :
       {std::pair{"OPTIONS", "FLAGS"}, {"Positionals", "Arguments"}, {"REQUIRED", ""}}) {
    app.get_formatter()->label(label, word);
  }
  for (const CommandEntry& entry : command_entries()) {
    CLI::App* command = app.add_subcommand(entry.name, entry.does);
    command->allow_extras();
    command->get_help_ptr()->group("Flags");
    command->footer(std::string(entry.help));
    command->callback([&raw, kind = entry.command] { raw.options.command = kind; });
    add_flags(*command, entry.command, raw);
  }
}

std::vector<std::string> given_flags(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

Parameter describe_parameter(const CLI::Option& option) {
  Parameter parameter;
  parameter.is_flag = !option.get_positional();
  for (const std::string& name : option.get_snames()) parameter.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) parameter.names.push_back("--" + name);
  parameter.value = option.get_type_name();
  if (!parameter.is_flag) parameter.names = {option.get_name(true)};
  if (!parameter.is_flag && parameter.value.empty()) parameter.value = parameter.names.front();
  if (option.get_items_expected_max() == 0) parameter.value.clear();
  parameter.kind = kind_of(parameter.value);
  if (parameter.kind == ValueKind::choice) parameter.choices = CLI::detail::split(parameter.value, '|');
  parameter.many = option.get_items_expected_max() > 1;
  parameter.required = option.get_required();
  parameter.does = option.get_description();
  return parameter;
}

}  // namespace

std::vector<CommandDescription> describe_commands() {
  RawOptions raw;
  CLI::App app("envlink", "envlink");
  build(app, raw);
  std::vector<CommandDescription> commands;
  for (const CommandEntry& entry : command_entries()) {
    CommandDescription command{entry.name, entry.does, entry.help, {}};
    for (const CLI::Option* option : app.get_subcommand(entry.name)->get_options())
      command.parameters.push_back(describe_parameter(*option));
    commands.push_back(std::move(command));
  }
  return commands;
}

tl::expected<Options, Farewell> parse_options(int argc, const char* const* argv) {
  if (argc <= 1) return tl::unexpected(Farewell{0, help::overview(), {}});
  std::vector<const char*> arguments(argv, argv + argc);
  if (std::string_view(argv[1]) == "help") {  // envlink help plan
    arguments.erase(arguments.begin() + 1);
    arguments.push_back("--help");
  }
  if (std::string_view(argv[1]) == "--version") arguments[1] = "version";  // as everywhere
  RawOptions raw;
  CLI::App app("envlink", "envlink");
  build(app, raw);
  const auto chosen = [&]() -> CLI::App* {
    const std::vector<CLI::App*> commands = app.get_subcommands();
    return commands.empty() ? nullptr : commands.front();
  };
  try {
    app.parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const CLI::CallForHelp&) {
    CLI::App* command = chosen();
    const std::string first = arguments[1];
    if (!command && !first.starts_with('-')) return tl::unexpected(wrong_before_command(first));
    return tl::unexpected(Farewell{0, command ? command->help("envlink") : help::overview(), {}});
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(misuse_of(error, chosen() ? chosen()->get_name() : ""));
  }
  CLI::App* command = chosen();
  const std::vector<std::string> before = app.remaining(false);
  if (!command || !before.empty()) return tl::unexpected(wrong_before_command(before.front()));
  if (auto wrong = misplaced(command->get_name(), command->remaining(false)))
    return tl::unexpected(std::move(*wrong));
  raw.given = given_flags(*command);
  return settle(std::move(raw), command->get_name());
}

}  // namespace envlink::cli
