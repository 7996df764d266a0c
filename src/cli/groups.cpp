#include <fmt/format.h>

#include "base/text.h"
#include "cli/carry_out.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "plan/link_plan.h"
#include "plan/match.h"
#include "view/groups_text.h"
#include "view/json.h"
#include "view/plan_text.h"

namespace envlink::cli {

namespace {

/// The group and the services as the user called them.
model::Desired named(const Options& options) {
  model::Desired desired;
  if (!options.group.empty()) {
    model::DesiredGroup group;
    group.name.text = options.group;
    desired.groups.push_back(std::move(group));
  }
  for (const std::string& name : options.services) {
    model::DesiredService service;
    service.name.text = name;
    service.link.push_back({options.group, {}});
    desired.services.push_back(std::move(service));
  }
  return desired;
}

Outcome misuse(std::string what, std::string cure) {
  return end_with({.kind = ErrorKind::usage, .what = std::move(what), .cure = std::move(cure)});
}

Outcome show(const model::Workspace& actual, const Options& options) {
  const plan::Match matched = plan::match(named(options), actual);
  if (matched.groups.front() == nullptr) {
    const plan::Finding& finding = matched.findings.front();
    return end_with({.what = finding.what, .cure = finding.cure});
  }
  const model::Group& group = *matched.groups.front();
  write(Stream::result, options.output == Output::json
                            ? view::group_json(group, actual)
                            : view::render_group(group, actual, style_for(Stream::result, options)));
  return Outcome::done;
}

Outcome change(Session& session, const model::Workspace& actual, plan::LinkAction action,
               const Options& options) {
  const plan::Plan plan = plan::link_plan(named(options), actual, action);
  const view::Style style = style_for(Stream::talk, options);
  if (plan.refused()) {
    write(Stream::talk, view::render_findings(plan, style));
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
  if (!options.quiet || !options.yes) write(Stream::talk, view::render_plan(plan, style));
  auto desk = sit_down(plan.owner.id.text(), session.clock(), options);
  if (!desk) return end_with(desk.error());
  const auto allowed = may_write(action == plan::LinkAction::add ? "Link?" : "Unlink?", options);
  if (!allowed) return end_with(allowed.error());
  return carry_out_links(session, *desk, plan, options);
}

}  // namespace

Outcome run_groups(const Options& options) {
  const bool changes = options.action == GroupsAction::link || options.action == GroupsAction::unlink;
  if (options.action != GroupsAction::list && options.group.empty())
    return misuse("The group is missing", changes ? "Such as: envlink groups link my-secrets my-backend"
                                                  : "Such as: envlink groups show my-secrets");
  if (changes && options.services.empty())
    return misuse("The services are missing", "Such as: envlink groups link my-secrets my-backend my-worker");
  if (!changes && !options.services.empty())
    return misuse("envlink groups list takes no name, and show takes one group",
                  "See: envlink groups --help");
  auto session = Session::open_beside(options.file, options);
  if (!session) return end_with(session.error());
  const auto actual =
      session->survey(options.action == GroupsAction::show ? named(options) : model::Desired{});
  if (!actual) return end_with(actual.error());
  switch (options.action) {
    case GroupsAction::list:
      write(Stream::result, options.output == Output::json
                                ? view::groups_json(*actual)
                                : view::render_groups(*actual, style_for(Stream::result, options)));
      return Outcome::done;
    case GroupsAction::show:
      return show(*actual, options);
    case GroupsAction::link:
      return change(*session, *actual, plan::LinkAction::add, options);
    case GroupsAction::unlink:
      return change(*session, *actual, plan::LinkAction::remove, options);
  }
  return Outcome::usage;
}

}  // namespace envlink::cli
