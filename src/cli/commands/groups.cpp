#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "plan/make_plan.h"
#include "plan/match.h"
#include "run/commands.h"
#include "view/findings_text.h"
#include "view/groups_table.h"
#include "view/json.h"
#include "view/workspace_text.h"

namespace envlink::cli {

namespace {

struct GroupsOptions : CommonOptions {
  std::string group;  // a name or an id, like those of the services
  std::vector<std::string> services;
};

Parameter group_argument(GroupsOptions& options, std::string_view example) {
  return {.names = "GROUP",
          .value = "",
          .target = &options.group,
          .does = "Group, by name or id",
          .required = true,
          .wrong = usage_error("No GROUP was given", fmt::format("Example: envlink groups {}", example))};
}

std::vector<Parameter> group_alone(GroupsOptions& options) {
  return {group_argument(options, "show my-secrets")};
}

std::vector<Parameter> group_and_services(GroupsOptions& options) {
  return {group_argument(options, "link my-secrets my-backend"),
          {.names = "SERVICE",
           .value = "",
           .target = &options.services,
           .does = "Services, by name or id",
           .required = true,
           .wrong = usage_error("No SERVICE was given",
                                "Example: envlink groups link my-secrets my-backend my-worker")}};
}

/// The id that the file pins for this name, if any.
std::optional<SourceString> pinned(const auto& things, const std::string& name) {
  const auto found =
      std::ranges::find_if(things, [&](const auto& wanted) { return wanted.id && wanted.name.text == name; });
  if (found == things.end()) return std::nullopt;
  return SourceString{found->id->text, {}};
}

/// The group and services as the user named them. Ambiguous names get the id from the file.
model::Desired named(const GroupsOptions& options, const model::Desired& file) {
  model::Desired desired;
  desired.workspace = file.workspace;
  if (!options.group.empty()) {
    model::DesiredGroup group;
    group.name.text = options.group;
    group.id = pinned(file.groups, options.group);
    desired.groups.push_back(std::move(group));
  }
  for (const std::string& name : options.services) {
    model::DesiredService service;
    service.name.text = name;
    service.id = pinned(file.services, name);
    service.link.push_back({options.group, {}});
    desired.services.push_back(std::move(service));
  }
  return desired;
}

Outcome list(const CommonOptions& options) {
  auto session = Session::open_beside(options.file, options);
  if (!session) return end_with(session.error());
  session->context().keeps_history = false;
  const auto actual = session->read(model::Desired{}, {.include_preflight_data = false, .every_group = true});
  if (!actual) return end_with(actual.error());
  write_result(options, view::groups_json, view::render_groups, *actual);
  return Outcome::done;
}

Outcome show(const GroupsOptions& options) {
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  const model::Desired wanted = named(options, session->desired());
  const auto actual = session->read(wanted);
  if (!actual) return end_with(actual.error());
  const plan::Match matched = plan::match(wanted, *actual);
  if (matched.groups.front() == nullptr) {
    const plan::Finding& finding = matched.findings.front();
    return end_with({.what = finding.what, .cure = finding.cure});
  }
  write_result(options, view::group_json, view::render_group, *matched.groups.front(), *actual);
  return Outcome::done;
}

/// `apply` deploys these links: the file has all of them.
bool are_in_file(const plan::Plan& plan, const model::Desired& file) {
  const auto is = [](const auto& wanted, const std::string& name, const std::string& id) {
    return wanted.name.text == name || wanted.name.text == id || (wanted.id && wanted.id->text == id);
  };
  return std::ranges::all_of(plan.links, [&](const plan::LinkChange& link) {
    const plan::PlannedService& planned = plan.services[link.service];
    const auto service = std::ranges::find_if(
        file.services, [&](const auto& wanted) { return is(wanted, planned.name, planned.id.text()); });
    if (service == file.services.end()) return false;
    return std::ranges::any_of(service->link, [&](const SourceString& name) {
      const auto group = std::ranges::find(file.groups, name.text,
                                           [](const model::DesiredGroup& one) { return one.name.text; });
      return group != file.groups.end() && is(*group, link.group_name, link.group.text());
    });
  });
}

Outcome change(plan::LinkAction action, const GroupsOptions& options) {
  auto session = Session::open_reading(options);
  if (!session) return end_with(session.error());
  // Also reads the group itself. If the link is missing, the history learns that current deploys lack it.
  const model::Desired wanted = named(options, session->desired());
  const auto actual = session->read(wanted);
  if (!actual) return end_with(actual.error());
  const plan::Plan plan = plan::link_plan(wanted, *actual, action);
  const view::Style style = style_for(Stream::talk, options);
  if (plan.refused()) {
    write(Stream::talk, view::render_findings(plan.found(), style));
    return Outcome::refused;
  }
  if (plan.empty()) {
    std::vector<std::string> names;
    for (const plan::PlannedService& service : plan.services) names.push_back(clean(service.name));
    if (!options.quiet)
      write(Stream::talk, fmt::format("Nothing to do: {} is {} {}{}.", clean(options.group),
                                      action == plan::LinkAction::add ? "linked to" : "not linked to",
                                      join_and(names), action == plan::LinkAction::add ? " already" : ""));
    if (options.output == Output::json)
      write(Stream::result, view::link_changes_json(plan, engine::Progress::of(plan)));
    return Outcome::nothing_to_do;
  }
  const Outcome outcome = run::change_links(session->context(), plan, {options.lock_wait});
  if (outcome == Outcome::done && action == plan::LinkAction::add && !options.quiet &&
      are_in_file(plan, session->desired()))
    write(Stream::talk, "Not deployed yet. Next: envlink apply");
  const auto& runs = session->frontend().account().runs;
  if (options.output == Output::json && !runs.empty())
    write(Stream::result, view::link_changes_json(plan, runs.back().progress));
  return outcome;
}

Outcome link(const GroupsOptions& options) {
  return change(plan::LinkAction::add, options);
}

Outcome unlink(const GroupsOptions& options) {
  return change(plan::LinkAction::remove, options);
}

constexpr CommonFlags reading{.env_file = true, .output = true, .messages = true, .hidden_writing = true};
constexpr CommonFlags writing{.writing = true, .env_file = true, .output = true, .messages = true};

constexpr std::string_view about_writing =
    R"(Works without a file. The change is read back from Render, recorded in the journal, and can be rolled back,
as with apply. Nothing is deployed: what runs stays as it is until the service's next deploy.)";

}  // namespace

Command groups_list_command() {
  return {.name = "groups list",
          .section = Section::groups,
          .summary = "List the environment groups.",
          .help = "Works without a file. Values are never shown.",
          .examples = R"(  envlink groups list
  envlink groups list -o json)",
          .endings = endings_of_reading(),
          .common = reading,
          .action = make_action(list)};
}

Command groups_show_command() {
  return {.name = "groups show",
          .section = Section::groups,
          .summary = "Show one group: its keys and its services.",
          .help = "Works without a file. Values are never shown.",
          .examples = "  envlink groups show my-secrets",
          .endings = endings_of_reading(),
          .common = reading,
          .action = make_action(group_alone, show)};
}

Command groups_link_command() {
  return {.name = "groups link",
          .section = Section::groups,
          .summary = "Link services to a group.",
          .help = about_writing,
          .examples = "  envlink groups link my-secrets my-backend my-worker",
          .endings = endings_of_writing(),
          .common = writing,
          .action = make_action(group_and_services, link)};
}

Command groups_unlink_command() {
  return {.name = "groups unlink",
          .section = Section::groups,
          .summary = "Unlink services from a group.",
          .help = about_writing,
          .examples = "  envlink groups unlink my-secrets my-worker --yes",
          .endings = endings_of_writing(),
          .common = writing,
          .action = make_action(group_and_services, unlink)};
}

}  // namespace envlink::cli
