#include "view/plan_closing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/forecast.h"
#include "view/layout.h"
#include "view/rollout_status.h"

namespace envlink::view {
namespace {

using plan::LinkAction;
using plan::Plan;
using plan::PlannedService;
using plan::Severity;

std::size_t count(const auto& items, const auto& value, auto member) {
  return static_cast<std::size_t>(std::ranges::count(items, value, member));
}

std::string nothing_to_do(const Plan& plan, const Style& style) {
  const bool values_are_set =
      std::ranges::any_of(plan.groups, [](const auto& group) { return !group.unchanged.empty(); });
  if (plan.services.empty())
    return values_are_set ? "Nothing to do: every value is already set."
                          : "Nothing to do: the file names no service.";
  const auto found = [&](std::string_view id) {
    return count(plan.findings, id, &plan::Finding::id) + count(plan.ignored, id, &plan::Finding::id);
  };
  const std::size_t under_way = found("deploy-under-way");
  const std::size_t suspended = found("service-suspended");
  const auto unproven = static_cast<std::size_t>(
      std::ranges::count_if(plan.services, [](const auto& service) { return !service.unproven.empty(); }));
  const std::size_t services = plan.services.size();
  if (unproven == 0 && under_way == 0 && plan.only)
    return fmt::format("Nothing to do for {}.", join_and(safe(plan.only->selected, style), 4));
  if (unproven == 0 && under_way == 0)
    return fmt::format("Nothing to do: {} and {} are up to date.", count_of(services, "service"),
                       count_of(plan.groups.size(), "group"));
  if (suspended > 0 && unproven == suspended && under_way == 0)
    return fmt::format("Nothing to do: {} up to date, {} suspended and left alone.",
                       count_of(services - suspended, "service is", "services are"), suspended);
  if (unproven > under_way)
    return fmt::format("Nothing to do: every link is in place, but it is unknown whether {}.",
                       count_of(unproven, "service runs with its groups", "services run with their groups"));
  return fmt::format("Nothing to do: every link is in place; {} in progress.",
                     count_of(under_way, "deploy is", "deploys are"));
}

std::string changes(const Plan& plan) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t number, std::string_view noun, std::string_view what) {
    if (number > 0) parts.push_back(fmt::format("{} {}", count_of(number, noun), what));
  };
  if (plan.new_group) add(1, "group", "to create");
  add(count(plan.values, plan::ValueAction::set, &plan::ValueChange::action), "value", "to set");
  add(count(plan.values, plan::ValueAction::unset, &plan::ValueChange::action), "value", "to unset");
  add(count(plan.links, LinkAction::add, &plan::LinkChange::action), "link", "to add");
  add(count(plan.links, LinkAction::remove, &plan::LinkChange::action), "link", "to remove");
  const auto going_back = static_cast<std::size_t>(std::ranges::count_if(
      plan.services, [](const PlannedService& service) { return !service.rollback_to.empty(); }));
  const std::string waves = plan.waves.size() > 1 ? fmt::format(" in {} waves", plan.waves.size()) : "";
  add(going_back, "service", "to roll back" + (plan.deploys() > going_back ? "" : waves));
  add(plan.deploys() - going_back, "service", "to redeploy" + waves);
  const auto left_off = std::ranges::count_if(
      plan.services, [](const PlannedService& service) { return !service.auto_deploy_was.empty(); });
  if (left_off > 0)
    parts.push_back(fmt::format("auto-deploy of {} to switch back on",
                                count_of(static_cast<std::size_t>(left_off), "service")));
  return join(parts, ", ") + ".";
}

std::string verdict(const Plan& plan, const Style& style) {
  if (plan.refused())
    return fmt::format("Refused: {}. Nothing was changed.",
                       count_of(count(plan.findings, Severity::error, &plan::Finding::severity), "problem"));
  if (!plan.empty()) return changes(plan);
  return plan.undoes != 0 ? "Nothing to undo: the workspace is as it was before the run."
                          : nothing_to_do(plan, style);
}

std::string estimated_time(const Plan& plan, const engine::Forecast& forecast) {
  if (plan.deploys() == 0) return {};
  const bool builds = std::ranges::any_of(
      plan.services, [](const auto& service) { return service.redeploys() && service.rebuild; });
  if (!forecast.wall) {
    if (!builds) return {};
    return forecast.at_least && *forecast.at_least > Duration{0}
               ? fmt::format("Estimated time: at least {}.", format_duration(*forecast.at_least))
               : "Estimated time: unknown, no recent deploys to go by.";
  }
  std::string text = "Estimated time: " + format_duration(*forecast.wall);
  if (forecast.at_least && *forecast.at_least > Duration{0} && *forecast.at_least < *forecast.wall)
    text += fmt::format(" (at least {})", format_duration(*forecast.at_least));
  return text + ", based on recent deploys.";
}

std::string requests(const engine::Forecast& forecast) {
  const bool open = !forecast.polls_known;
  return fmt::format("Requests: about {} and {}{} (at least {}).", count_of(forecast.writes(), "write"),
                     count_of(forecast.reads(), "read"), open ? ", and those that watch the deploys" : "",
                     count_of(forecast.reads_at_least, "read"));
}

}  // namespace

std::string render_automatic_deploys(const Plan& plan, const Style& style) {
  if (plan.refused()) return {};
  std::vector<bool> relinked(plan.services.size());
  for (const plan::LinkChange& link : plan.links) relinked[link.service] = true;
  std::vector<std::size_t> on;
  std::vector<std::size_t> held;
  std::vector<std::size_t> left_off;
  std::size_t changing = 0;
  for (std::size_t i = 0; i < plan.services.size(); ++i) {
    const PlannedService& service = plan.services[i];
    if (!service.auto_deploy_was.empty()) left_off.push_back(i);
    const bool changes = relinked[i] || service.redeploy == plan::Reason::values_change || service.hold;
    changing += changes ? 1 : 0;
    if (changes && service.auto_deploy && service.auto_deploy_was.empty())
      (service.hold ? held : on).push_back(i);
  }
  constexpr std::size_t most_named = 3;
  const auto listed = [&](const std::vector<std::size_t>& services) {
    return join_and(names_of(plan, services, style), most_named);
  };
  std::string out;
  const auto note = [&](const std::string& text) { out += folded(text, style, Colour::quiet); };
  if (!left_off.empty())
    note(fmt::format("Auto-deploy of {} is still off from that run and will be switched back on.",
                     listed(left_off)));
  if (!held.empty())
    note(fmt::format("Auto-deploy of {} is off during the run and restored afterwards (rollout.hold).",
                     held.size() == changing && changing > most_named ? "all of these" : listed(held)));
  if (!on.empty())
    note(fmt::format("Auto-deploy is on: Render may redeploy {} itself{}",
                     on.size() == changing && changing > 1 ? "these" : listed(on),
                     plan.waves.empty() ? "." : "; envlink checks first."));
  return out.empty() ? out : "\n" + out;
}

std::string render_plan_closing(const Plan& plan, const Style& style, bool whole) {
  const bool refused = plan.refused();
  const auto colour = refused ? Colour::bad : plan.empty() ? Colour::good : Colour::strong;
  const std::string mark = refused        ? lead_sign(Symbol::bad, style)
                           : plan.empty() ? lead_sign(Symbol::good, style)
                                          : std::string();
  std::string out = folded(mark + verdict(plan, style), style, colour);
  if (refused || plan.empty()) return out;
  const engine::Forecast forecast = engine::forecast(plan);
  if (const std::string time = estimated_time(plan, forecast); !time.empty())
    out += folded(time, style, Colour::quiet);
  if (whole) out += folded(requests(forecast), style, Colour::quiet);
  return out;
}

}  // namespace envlink::view
