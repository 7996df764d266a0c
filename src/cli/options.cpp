#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/sha256.h"
#include "base/text.h"
#include "cli/description.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/output.h"

namespace envlink::cli {

namespace {

struct Raw {
  Options options;
  std::string output;
  std::vector<std::string> redeploy;
  std::string lock_wait;
  std::string action;
  std::string shell;
};

struct Entry {
  Command command;
  const char* name;
  const char* does;
  std::string_view help;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {Command::init, "init", "Write a first envlink.yaml, from the workspace or from a Blueprint.",
       help::init},
      {Command::validate, "validate", "Check envlink.yaml, offline.", help::validate},
      {Command::plan, "plan",
       "Show what differs from the live workspace and what apply would do; writes nothing.", help::plan},
      {Command::rehearse, "rehearse",
       "Carry the plan out on a model of the workspace, in virtual time; writes nothing.", help::rehearse},
      {Command::apply, "apply", "Link, prove, deploy, watch and verify.", help::apply},
      {Command::verify, "verify",
       "Prove that the workspace is as the file says: connection, groups, links, deploys.", help::verify},
      {Command::explain, "explain",
       "Tell where the variables of a service come from, and which of several wins.", help::explain},
      {Command::status, "status", "Show for each service and group whether what runs carries it.",
       help::status},
      {Command::groups, "groups", "List and show groups; link and unlink single services.", help::groups},
      {Command::resume, "resume",
       "Go on with a run that was broken off: killed, interrupted, without a network.", help::resume},
      {Command::rollback, "rollback", "Undo what a run did: its links, and what its services run.",
       help::rollback},
      {Command::runs, "runs", "List the last runs of this machine.", help::runs},
      {Command::report, "report", "Tell what a run did, as text or as a page.", help::report},
      {Command::emulate, "emulate", "Serve a model of the Render API on this machine, to try everything out.",
       help::emulate},
      {Command::doctor, "doctor",
       "Look at the key, the host, the clock, the journal, with a cure for each trouble.", help::doctor},
      {Command::completion, "completion", "Print a script with which bash, zsh or fish completes envlink.",
       help::completion},
      {Command::version, "version", "Print the version.", help::version},
  };
  return all;
}

bool has_output(Command command) {
  return command != Command::emulate && command != Command::completion;
}

/// Carries a plan out, so that there are events to tell.
bool has_stream(Command command) {
  return command == Command::apply || command == Command::resume || command == Command::rollback ||
         command == Command::rehearse;
}

bool reads_file(Command command) {
  return command == Command::plan || command == Command::apply || command == Command::verify ||
         command == Command::status || command == Command::explain || command == Command::rehearse ||
         command == Command::validate || command == Command::doctor;
}

bool writes(Command command) {
  return command == Command::apply || command == Command::resume || command == Command::rollback ||
         command == Command::groups;
}

bool uses_api(Command command) {
  return writes(command) || command == Command::plan || command == Command::verify ||
         command == Command::status || command == Command::explain || command == Command::init ||
         command == Command::rehearse || command == Command::doctor;
}

bool talks(Command command) {
  return uses_api(command) || command == Command::validate;
}

void add_flags(CLI::App& app, Command command, Raw& raw) {
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

Farewell misuse(std::string what, std::string cure) {
  return {exit_codes::usage, {}, spoken({ErrorKind::usage, std::move(what), {}, std::move(cure), {}})};
}

std::string without_value(const std::string& argument) {
  return clean(argument.substr(0, argument.find('=')), 60);
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
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

Farewell wrong_before_command(const std::string& first, CLI::App& app) {
  const std::string word = without_value(first.substr(std::min(first.find_first_not_of('-'), first.size())));
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
    if (command->get_option_no_throw(without_value(first)) == nullptr) continue;
    return misuse("The flag " + without_value(first) + " stands before the command",
                  "Put it behind: envlink COMMAND " + without_value(first) + " …");
  }
  if (first.starts_with('-') && asks_for_key(word)) return unknown_flag(first, "", {});
  const std::string near = nearest(word, commands);
  return misuse((first.starts_with('-') ? "Unknown flag " : "Unknown command ") + without_value(first),
                near.empty() ? "The commands are " + join_and(commands) + ". See: envlink --help"
                             : "Did you mean envlink " + near + "?");
}

std::optional<Farewell> leftovers(CLI::App& app, const CLI::App& command) {
  const std::vector<std::string> before = app.remaining(false);
  if (!before.empty()) return wrong_before_command(before.front(), app);
  for (const std::string& argument : command.remaining(false)) {
    if (argument.size() > 1 && argument.front() == '-') {
      if (argument == "-o" || argument.rfind("--output", 0) == 0) {
        return misuse("The command " + command.get_name() + " has one form of output", "Leave -o out.");
      }
      return unknown_flag(argument, command.get_name(), flag_names(command));
    }
    return misuse("The command " + command.get_name() + " takes no argument " + clean(argument, 60),
                  "See: envlink " + command.get_name() + " --help");
  }
  return std::nullopt;
}

std::optional<Farewell> settle_output(Raw& raw) {
  std::string source = "-o";
  if (raw.output.empty() && has_output(raw.options.command)) {
    raw.output = environment("RENDER_OUTPUT").value_or("");
    source = "RENDER_OUTPUT";
  }
  const Command command = raw.options.command;
  if (raw.output == "json") raw.options.output = Output::json;
  if (raw.output == "jsonl" && has_stream(command)) raw.options.output = Output::jsonl;
  // "interactive" is the official CLI's word for its screens; envlink's text is the nearest thing. A variable
  // speaks to every command, so where there are no events the nearest thing to them will do.
  const bool asked = source == "-o";
  if (raw.output == "jsonl" && !has_stream(command) && !asked) raw.options.output = Output::json;
  const bool known = raw.output.empty() || raw.output == "json" || raw.output == "text" ||
                     (raw.output == "jsonl" && (has_stream(command) || !asked)) ||
                     (raw.output == "interactive" && !asked);
  if (known) return std::nullopt;
  if (raw.output == "jsonl") {
    return misuse("This command carries no plan out, so it has no events for -o jsonl",
                  "Use -o json. The stream is for apply, resume, rollback and rehearse.");
  }
  return misuse(
      "Unknown output " + clean(raw.output, 30) + " in " + source,
      has_stream(command) ? "The outputs are text, json and jsonl." : "The outputs are text and json.");
}

std::optional<Farewell> settle_action(Raw& raw) {
  static const std::vector<std::string> words = {"list", "show", "link", "unlink"};
  if (raw.options.command != Command::groups) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), raw.action);
  if (found == words.end()) {
    const std::string near = nearest(raw.action, words);
    return misuse(
        "envlink groups does not know " + clean(raw.action, 30),
        near.empty() ? "It knows " + join_and(words) + "." : "Did you mean envlink groups " + near + "?");
  }
  raw.options.action = static_cast<GroupsAction>(found - words.begin());
  return std::nullopt;
}

std::optional<Farewell> settle_shell(Raw& raw) {
  static const std::vector<std::string> words = {"bash", "zsh", "fish"};
  if (raw.options.command != Command::completion) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), raw.shell);
  if (found == words.end())
    return misuse("There is no completion for " + clean(raw.shell, 30),
                  "There is one for " + join_and(words) + ".");
  raw.options.shell = static_cast<Shell>(found - words.begin());
  return std::nullopt;
}

std::optional<Farewell> settle_lock_wait(Raw& raw) {
  if (raw.lock_wait.empty()) return std::nullopt;
  const auto span = parse_duration(raw.lock_wait);
  if (!span)
    return misuse("--lock-wait " + clean(raw.lock_wait, 30) + " is no length of time",
                  "Write a number with its unit, such as 30s, 10m or 1h.");
  raw.options.lock_wait = *span;
  return std::nullopt;
}

std::optional<Farewell> settle_faults(const Raw& raw) {
  if (raw.options.faults_file.empty() || !raw.options.seed) return std::nullopt;
  return misuse("--faults and --seed both say which faults are played", "Leave one of them out.");
}

std::optional<Farewell> settle_report(const Raw& raw, const CLI::App& command) {
  if (!raw.options.html || command.count("--output") == 0) return std::nullopt;
  return misuse("--html and -o both say what the report is to be", "Leave one of them out.");
}

void settle_redeploy(Raw& raw) {
  plan::Extra& extra = raw.options.extra;
  for (std::string& service : raw.redeploy) {
    if (service == "all") {
      extra.redeploy_all = true;
    } else {
      extra.redeploy.push_back(std::move(service));
    }
  }
}

std::optional<Farewell> settle_plan_file(const Raw& raw, const CLI::App& command) {
  const Options& options = raw.options;
  if (!options.expect_hash.empty() && !looks_like_sha256(options.expect_hash)) {
    return misuse("--expect-hash " + clean(options.expect_hash, 70) + " is no SHA-256",
                  "Write its 64 hexadecimal digits, as envlink plan prints them.");
  }
  if (options.plan_file.empty()) return std::nullopt;
  for (const char* flag : {"--file", "--redeploy"}) {
    if (command.count(flag) == 0) continue;
    return misuse(fmt::format("{} {} goes by that plan: {} does not go with it", command.get_name(),
                              clean(options.plan_file, 60), flag),
                  "Leave one of them out, or make another plan: envlink plan --out FILE");
  }
  return std::nullopt;
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
  return misuse(mask_keys(clean(text.substr(0, text.find('\n')))), "See: envlink " + command + " --help");
}

void build(CLI::App& app, Raw& raw) {
  app.set_help_flag("-h,--help", "This help");
  app.option_defaults()->group("Flags");
  app.allow_extras();
  app.require_subcommand(0, 1);  // otherwise a second command's name would take over from the first
  app.get_formatter()->column_width(28);
  for (const auto& [label, word] :
       {std::pair{"OPTIONS", "FLAGS"}, {"Positionals", "Arguments"}, {"REQUIRED", ""}}) {
    app.get_formatter()->label(label, word);
  }
  for (const Entry& entry : entries()) {
    CLI::App* command = app.add_subcommand(entry.name, entry.does);
    command->allow_extras();
    command->get_help_ptr()->group("Flags");
    command->footer(std::string(entry.help));
    command->callback([&raw, kind = entry.command] { raw.options.command = kind; });
    add_flags(*command, entry.command, raw);
  }
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
  Raw raw;
  CLI::App app("envlink", "envlink");
  build(app, raw);
  std::vector<CommandDescription> commands;
  for (const Entry& entry : entries()) {
    CommandDescription command{entry.name, entry.does, entry.help, {}};
    for (const CLI::Option* option : app.get_subcommand(entry.name)->get_options())
      command.parameters.push_back(describe_parameter(*option));
    commands.push_back(std::move(command));
  }
  return commands;
}

tl::expected<Options, Farewell> parse_options(int argc, const char* const* argv) {
  if (argc <= 1) return tl::unexpected(Farewell{exit_codes::done, help::overview(), {}});
  std::vector<const char*> arguments(argv, argv + argc);
  if (std::string_view(argv[1]) == "help") {  // envlink help plan
    arguments.erase(arguments.begin() + 1);
    arguments.push_back("--help");
  }
  Raw raw;
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
    if (!command && !first.starts_with('-')) return tl::unexpected(wrong_before_command(first, app));
    return tl::unexpected(
        Farewell{exit_codes::done, command ? command->help("envlink") : help::overview(), {}});
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(misuse_of(error, chosen() ? chosen()->get_name() : ""));
  }
  CLI::App* command = chosen();
  if (!command) return tl::unexpected(wrong_before_command(app.remaining(false).front(), app));
  if (auto wrong = leftovers(app, *command)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_output(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_action(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_shell(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_faults(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_lock_wait(raw)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_report(raw, *command)) return tl::unexpected(std::move(*wrong));
  if (auto wrong = settle_plan_file(raw, *command)) return tl::unexpected(std::move(*wrong));
  settle_redeploy(raw);
  return raw.options;
}

}  // namespace envlink::cli
