// groups set, unset and push: a run that changes the values of a group.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cli/command.h"
#include "cli/dotenv_flags.h"
#include "cli/given_value.h"
#include "cli/output.h"
#include "cli/prune_flag.h"
#include "cli/session.h"
#include "config/variable_name.h"
#include "model/variable.h"
#include "run/commands.h"
#include "run/values.h"

namespace envlink::cli {

namespace {

struct ValuesOptions : CommonOptions {
  std::string group;
  bool no_undo = false;
  bool anew = false;
};

struct SetOptions : ValuesOptions {
  std::string key;
  ValueFlags value;
};

struct UnsetOptions : ValuesOptions {
  std::vector<std::string> keys;
};

struct PushOptions : ValuesOptions {
  DotenvFlags values;
  bool prune = false;
  std::int64_t prune_at_most = -1;  // -1: not given
};

Parameter group_argument(ValuesOptions& options, std::string_view example) {
  return {.names = "GROUP",
          .value = "",
          .target = &options.group,
          .does = "Group, by name or id",
          .required = true,
          .wrong = usage_error("No GROUP was given", fmt::format("Example: envlink groups {}", example))};
}

void add_common(std::vector<Parameter>& all, ValuesOptions& options) {
  all.push_back(
      {"--no-undo", "", &options.no_undo, "Do not keep the old values: rollback cannot restore them"});
  all.push_back({"--anew", "", &options.anew, "Ignore an unfinished run"});
}

constexpr std::string_view set_example = "set my-secrets DATABASE_URL";
constexpr std::string_view unset_example = "unset my-secrets OLD_KEY";
constexpr std::string_view push_example = "push my-secrets --from .env.production";

std::vector<Parameter> set_parameters(SetOptions& options) {
  std::vector<Parameter> all = {
      group_argument(options, set_example),
      {.names = "KEY",
       .value = "",
       .target = &options.key,
       .does = "Variable, or file:NAME for a secret file",
       .required = true,
       .wrong = usage_error("No KEY was given", fmt::format("Example: envlink groups {}", set_example))}};
  std::ranges::move(value_flags(options.value), std::back_inserter(all));
  add_common(all, options);
  return all;
}

std::vector<Parameter> unset_parameters(UnsetOptions& options) {
  std::vector<Parameter> all = {
      group_argument(options, unset_example),
      {.names = "KEY",
       .value = "",
       .target = &options.keys,
       .does = "Variables, or file:NAME for secret files",
       .required = true,
       .wrong = usage_error("No KEY was given", fmt::format("Example: envlink groups {}", unset_example))}};
  add_common(all, options);
  return all;
}

std::vector<Parameter> push_parameters(PushOptions& options) {
  std::vector<Parameter> all = {group_argument(options, push_example)};
  std::ranges::move(dotenv_flags(options.values, push_example), std::back_inserter(all));
  all.push_back({"--prune", "", &options.prune, "Remove variables of the group that the file does not name"});
  all.push_back(prune_at_most_flag(
      options.prune_at_most, "With --prune: refuse if it would remove more than N; required with --yes"));
  add_common(all, options);
  return all;
}

Error value_on_command_line() {
  return usage_error("Never pass a value on the command line: others can see it there",
                     "Type it when asked, or use --stdin, --from-file or --from-env. "
                     "If it is in use, change it: it is in your shell's history now.");
}

/// Checks the name before the user types a secret.
Result<void> check_key(const std::string& key) {
  if (config::is_key(key)) return {};
  const bool file = model::is_file_key(key);
  if (key.find('=') != std::string::npos) return fail(value_on_command_line());
  return fail(
      usage_error(fmt::format("{} is not a valid {} name", clean(key, 60), file ? "secret file" : "variable"),
                  file ? "Write file:NAME, such as file:ca.pem"
                       : "Use letters, digits, _, - and ., starting with a letter or _. For a secret file "
                         "use file:NAME."));
}

/// Finds the group, gets the changes from `give`, and applies them.
template <class Give>
Outcome change(std::string_view command, const ValuesOptions& options, Give give,
               const run::PruneLimit& prune = {}) {
  auto session = Session::open_reading(options);
  const model::Desired file = session ? session->desired() : model::Desired{};
  return answer(command, options, std::move(session), [&](run::Context& context) {
    const auto found = run::read_group(context, file, options.group);
    if (!found) return run::end_with(context, found.error());
    auto given = give(*found);
    if (!given) return run::end_with(context, given.error());
    auto& [values, from] = *given;
    const run::PlanSource source =
        run::plan_source_for_group(file, *found, std::move(values), from, !options.no_undo);
    return run::apply(context, source,
                      {.lock_wait = {options.lock_wait}, .anew = options.anew, .prune = prune});
  });
}

using Given = Result<std::pair<run::GivenValues, plan::ValueSource>>;

Outcome set(const SetOptions& options) {
  if (const auto good = check_key(options.key); !good) return end_with(good.error());
  const auto from = source_of(options.value);
  if (!from) return end_with(from.error());
  return change("groups set", options, [&](const run::GroupToChange& found) -> Given {
    const std::string label = fmt::format("{} in {}", clean(options.key), clean(found.group.label()));
    auto value = value_from(*from, options.value, options.key, label, options);
    if (!value) return fail(value.error());
    run::GivenValues values;
    values.set.push_back({options.key, std::move(*value)});
    return std::pair(std::move(values), *from);
  });
}

Outcome unset(const UnsetOptions& options) {
  for (const std::string& key : options.keys) {
    if (const auto good = check_key(key); !good) return end_with(good.error());
  }
  return change("groups unset", options, [&](const run::GroupToChange& found) -> Given {
    const std::set<std::string> once(options.keys.begin(), options.keys.end());
    run::GivenValues values;
    values.unset.assign(once.begin(), once.end());
    if (const auto held = run::check_held(found.group, values.unset); !held) return fail(held.error());
    return std::pair(std::move(values), plan::ValueSource{});
  });
}

Outcome push(const PushOptions& options) {
  if (options.prune_at_most >= 0 && !options.prune)
    return end_with(usage_error("--prune-at-most needs --prune", "Add --prune, or remove it"));
  auto given = read_values(options.values);
  if (!given) return end_with(given.error());
  given->values.prune = options.prune;
  const auto give = [&](const run::GroupToChange&) -> Given {
    return std::pair(std::move(given->values), given->from);
  };
  return change("groups push", options, give, prune_limit(options.prune_at_most, options));
}

constexpr CommonFlags writing{
    .writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true};

std::vector<Ending> endings() {
  return endings_of_rollout({{Outcome::held, "another run is in progress or unfinished"}});
}

}  // namespace

Command groups_set_command() {
  return {
      .name = "groups set",
      .section = Section::groups,
      .summary = "Set a variable or a secret file and redeploy.",
      .help =

          R"(Asks for the value without showing it, or reads it from standard input, a file or an environment variable;
never from the command line, which others can see. Shows the plan, asks for confirmation, sets the value, reads it back, then
redeploys every service linked to the group, in the order of envlink.yaml if there is one. The old value is
kept encrypted for 7 days (`undo.keep` in envlink.yaml), so that envlink rollback can restore
it.)",
      .examples = R"(  envlink groups set my-secrets DATABASE_URL
  op read op://prod/db/url | envlink groups set my-secrets DATABASE_URL --stdin
  envlink groups set my-secrets SESSION_KEY --generate 32
  envlink groups set my-secrets file:ca.pem --from-file ca.pem)",
      .endings = endings(),
      .common = writing,
      .too_many = value_on_command_line(),
      .action = make_action(set_parameters, set)};
}

Command groups_unset_command() {
  return {.name = "groups unset",
          .section = Section::groups,
          .summary = "Remove variables or secret files and redeploy.",
          .help =
              "Like groups set, but removes the variable. Refused if envlink.yaml says that a service "
              "requires it.",
          .examples = R"(  envlink groups unset my-secrets OLD_KEY
  envlink groups unset my-secrets OLD_KEY file:old.pem --yes)",
          .endings = endings(),
          .common = writing,
          .action = make_action(unset_parameters, unset)};
}

Command groups_push_command() {
  return {
      .name = "groups push",
      .section = Section::groups,
      .summary = "Set all variables of a dotenv file and redeploy.",
      .help =

          R"(Sets each value that differs, then reads the group back once. Variables that the file does not name stay;
--prune removes them after listing them. Secrets of envlink itself, such as RENDER_API_KEY, are skipped: use
groups set if a service needs one.)",
      .examples = R"(  envlink groups push my-secrets --from .env.production
  envlink groups push my-secrets --from .env.production --secret-file ca.pem
  envlink groups push my-secrets --from .env.production --prune
  envlink groups push my-secrets --from .env --prune --prune-at-most 2)",
      .endings = endings(),
      .common = writing,
      .action = make_action(push_parameters, push)};
}

}  // namespace envlink::cli
