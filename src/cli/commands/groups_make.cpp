// groups create and swap: a run that creates a group.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/command.h"
#include "cli/dotenv_flags.h"
#include "cli/output.h"
#include "cli/prune_flag.h"
#include "cli/session.h"
#include "run/commands.h"
#include "run/values.h"

namespace envlink::cli {

namespace {

struct MakeOptions : CommonOptions {
  std::string name;
  std::string replaced;  // for swap
  DotenvFlags values;
  std::string environment;
  std::int64_t prune_at_most = -1;  // for swap; -1: not given
  bool anew = false;
};

constexpr std::string_view create_example = "create my-secrets-2 --from .env.production";
constexpr std::string_view swap_example = "swap my-secrets my-secrets-2 --from .env.production";

Parameter name_argument(std::string& target, std::string_view what, std::string_view does,
                        std::string_view example) {
  return {.names = what,
          .value = "",
          .target = &target,
          .does = does,
          .required = true,
          .wrong = usage_error(fmt::format("No {} was given", what),
                               fmt::format("Example: envlink groups {}", example))};
}

Parameter anew_flag(MakeOptions& options) {
  return {"--anew", "", &options.anew, "Ignore an unfinished run"};
}

std::vector<Parameter> create_parameters(MakeOptions& options) {
  std::vector<Parameter> all = {name_argument(options.name, "NAME", "Name of the group", create_example)};
  std::ranges::move(dotenv_flags(options.values, ""), std::back_inserter(all));
  all.push_back({"--environment", "ID", &options.environment, "Id of its environment, evm-…"});
  all.push_back(anew_flag(options));
  return all;
}

std::vector<Parameter> swap_parameters(MakeOptions& options) {
  std::vector<Parameter> all = {
      name_argument(options.replaced, "OLD", "Group to replace, by name or id", swap_example),
      name_argument(options.name, "NEW", "Name of the new group", swap_example)};
  std::ranges::move(dotenv_flags(options.values, swap_example), std::back_inserter(all));
  all.push_back(prune_at_most_flag(
      options.prune_at_most,
      "Refuse if services would lose more than N variables; required with --yes if they would lose any"));
  all.push_back(anew_flag(options));
  return all;
}

constexpr std::size_t longest_name = 256;  // bytes; Render's limit is unknown

Result<void> check_name(const std::string& name) {
  std::string_view cure;
  if (name.size() > longest_name) cure = "It is too long.";
  if (clean(name, longest_name) != name) cure = "Remove the control characters.";
  if (name.front() == ' ' || name.back() == ' ') cure = "It starts or ends with a space.";
  if (name.starts_with("evg-")) cure = "It looks like the id of a group.";
  if (cure.empty()) return {};
  return fail(
      usage_error(fmt::format("{} cannot be the name of a group", clean(name, 60)), std::string(cure)));
}

/// Warns if the file still links the replaced group.
void tell_file(run::Context& context, const run::PlanSource& source, const MakeOptions& options) {
  if (source.desired.groups.empty()) return;
  const Place place = source.desired.groups.front().name.place;
  if (place.line == 0) return;
  context.frontend.say(
      fmt::format("\nNext: replace {1} with {0} in {2}:{3}. Until then envlink apply links "
                  "the old one again.\n",
                  clean(options.name), clean(options.replaced), clean(source.desired.file), place.line));
}

Outcome make(std::string_view command, const MakeOptions& options) {
  if (const auto good = check_name(options.name); !good) return end_with(good.error());
  if (!options.environment.empty() && !options.environment.starts_with("evm-"))
    return end_with(usage_error(fmt::format("{} is not an environment id", clean(options.environment, 60)),
                                "Use its id, evm-…, from the address of its page in the Dashboard"));
  auto given = read_values(options.values);
  if (!given) return end_with(given.error());
  auto session = Session::open_reading(options);
  const model::Desired file = session ? session->desired() : model::Desired{};
  return answer(command, options, std::move(session), [&](run::Context& context) {
    plan::NewGroup group{.name = options.name, .environment = EnvironmentId(options.environment)};
    std::optional<run::GroupToChange> replaced;
    if (!options.replaced.empty()) {
      auto found = run::read_group(context, file, options.replaced);
      if (!found) return run::end_with(context, found.error());
      replaced = std::move(*found);
    }
    const run::PlanSource source = run::plan_source_for_new_group(
        file, replaced ? &*replaced : nullptr, std::move(group), std::move(given->values), given->from);
    const Outcome outcome = run::apply(context, source,
                                       {.lock_wait = {options.lock_wait},
                                        .anew = options.anew,
                                        .prune = prune_limit(options.prune_at_most, options)});
    if (outcome == Outcome::done) tell_file(context, source, options);
    return outcome;
  });
}

Outcome create(const MakeOptions& options) {
  return make("groups create", options);
}

Outcome swap(const MakeOptions& options) {
  return make("groups swap", options);
}

constexpr CommonFlags writing{
    .writing = true, .file = true, .env_file = true, .output = true, .stream = true, .messages = true};

std::vector<Ending> endings() {
  return endings_of_rollout({{Outcome::held, "another run is in progress or unfinished"}});
}

}  // namespace

Command groups_create_command() {
  return {
      .name = "groups create",
      .section = Section::groups,
      .summary = "Create a group from a dotenv file.",
      .help =

          R"(One request creates the group with everything in it; then it is read back and compared. It is not linked
to any service, so nothing is deployed.)",
      .examples = R"(  envlink groups create my-secrets-2 --from .env.production
  envlink groups create my-certificates --secret-file certs/ca.pem
  envlink groups create shared-flags)",
      .endings = endings_of_writing({{Outcome::held, "another run is in progress or unfinished"}}),
      .common = writing,
      .action = make_action(create_parameters, create)};
}

Command groups_swap_command() {
  return {
      .name = "groups swap",
      .section = Section::groups,
      .summary = "Replace a group with a new one and redeploy.",
      .help =

          R"(One request creates the new group with its values and links every service that has the old one. Then, one
service after another in the order of envlink.yaml, the old link is removed and the service redeployed. The
old group is kept, so envlink rollback can link it again.)",
      .examples = R"(  envlink groups swap my-secrets my-secrets-2 --from .env.production)",
      .endings = endings(),
      .common = writing,
      .action = make_action(swap_parameters, swap)};
}

}  // namespace envlink::cli
