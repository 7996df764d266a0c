#include "view/plan_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "engine/forecast.h"
#include "model/deploy_phases.h"
#include "view/findings_text.h"
#include "view/layout.h"
#include "view/rollout_status.h"
#include "view/style.h"

namespace envlink::view {
namespace {

using plan::LinkAction;
using plan::Plan;
using plan::PlannedService;
using plan::Severity;

constexpr std::size_t widest_name = 40;
constexpr std::size_t widest_type = 17;  // background_worker

std::size_t name_column(const auto& items, const Style& style) {
  return column_width(items, widest_name, [&](const auto& item) { return safe(item.name, style); });
}

/// Writes a plan section by section; an empty line stands before each.
class Writer {
 public:
  Writer(const Plan& plan, const Style& style)
      : plan_(plan),
        style_(style),
        names_(name_column(plan.services, style)),
        links_(plan.services.size()),
        awaited_by_(awaited_by(plan)) {
    for (const plan::LinkChange& link : plan.links) links_[link.service].push_back(&link);
  }

  std::string text() {
    header();
    groups();
    for (std::size_t wave = 0; wave < plan_.waves.size(); ++wave) {
      out_ += heading(fmt::format("Wave {} of {}", wave + 1, plan_.waves.size()), style_);
      for (const auto service : plan_.waves[wave]) redeployed(service);
    }
    links_alone();
    unchanged();
    stale_consumers();
    unmanaged();
    by_itself();
    return std::move(out_);
  }

 private:
  void header() {
    const auto what =
        plan_.undoes == 0 ? std::string("Plan for") : fmt::format("Rollback of run {} on", plan_.undoes);
    auto text = fmt::format("{} workspace {} ({})", what, safe(plan_.owner.name, style_),
                            safe(plan_.owner.id.text(), style_));
    if (!plan_.file.empty() && plan_.undoes == 0) text += " from " + safe(plan_.file, style_);
    out_ += folded(text, style_, Colour::strong);
  }

  void groups() {
    if (plan_.groups.empty()) return;
    out_ += heading("Groups", style_);
    const auto column = name_column(plan_.groups, style_);
    for (const auto& group : plan_.groups) {
      const bool made = plan_.new_group && group.id == plan_.new_group->id;
      std::string counted = made ? "new: " : "";
      counted += group.variables ? count_of(*group.variables, "variable") : "variables not read";
      if (group.secret_files > 0) counted += ", " + count_of(group.secret_files, "secret file");
      if (group.asked) {
        counted +=
            fmt::format(" ({}{} asked)", group.asked->at_least ? "at least " : "", group.asked->number);
      }
      out_ += fmt::format("  {}  {}\n", pad(safe(group.name, style_), column), counted);
      values_of(group);
    }
  }

  void values_of(const plan::PlannedGroup& group) {
    for (const plan::ValueChange& value : plan_.values) {
      if (value.group != group.id) continue;
      const bool set = value.action == plan::ValueAction::set;
      const std::string_view mark = !set ? "-" : value.exists ? "~" : "+";
      const Colour colour = !set ? Colour::bad : value.exists ? Colour::caution : Colour::good;
      out_ += "    " + paint(fmt::format("{} {}", mark, safe(value.key, style_)), colour, style_) + "\n";
    }
    if (!group.unchanged.empty())
      out_ += fmt::format("    = {} unchanged\n", count_of(group.unchanged.size(), "key"));
  }

  void title(const PlannedService& service) {
    auto name = pad(safe(service.name, style_), names_);
    auto type = std::string(to_string(service.type));
    if (const auto likely = engine::likely_length(service); service.redeploys() && likely > Duration::zero())
      type = fmt::format("{:<{}}  about {}", type, widest_type, format_duration(*likely));
    out_ += fmt::format("  {}  {}\n", name, paint(type, Colour::quiet, style_));
  }

  /// "    + link    name": a label and what it says, folded under itself; nothing where it says nothing.
  void field(std::string_view mark, std::string_view label, const std::string& safe_text,
             Colour colour = Colour::plain) {
    constexpr std::size_t indent = 14;
    if (safe_text.empty()) return;
    auto lead = fmt::format("    {} {:<8}", mark, label);
    for (const auto& line : fold(safe_text, indent, style_)) {
      out_ += paint(lead + line, colour, style_) + "\n";
      lead.assign(indent, ' ');
    }
  }

  void links_of(std::size_t service) {
    for (const plan::LinkChange* link : links_[service]) {
      const bool add = link->action == LinkAction::add;
      field(add ? "+" : "-", word(link->action), safe(link->group_name, style_),
            add ? Colour::good : Colour::bad);
    }
    field(" ", "linked", join_and(safe(plan_.services[service].linked_now, style_)));
  }

  void redeployed(std::size_t index) {
    const auto& service = plan_.services[index];
    title(service);
    links_of(index);
    if (!service.redeploys()) {
      field(" ", "deploy", "none: what ran before still runs");
      return field(" ", "after", listed(service.waits_for));
    }
    std::string deploy = service.rebuild ? "rebuild" : "deploy_only";
    if (!service.rollback_to.empty()) deploy = "rollback to " + safe(service.rollback_to.text(), style_);
    if (!service.rebuild_because.empty())
      deploy += fmt::format(" ({})", safe(service.rebuild_because, style_));
    field(" ", "deploy", deploy);
    if (service.has_disk) field("!", "disk", "what runs stops before the new deploy starts", Colour::caution);
    if (links_[index].empty() && service.redeploy != plan::Reason::values_change)
      field(" ", "why", safe(service.because, style_));
    field(" ", "after", listed(service.waits_for));
    field(" ", "before", listed(awaited_by_[index]));
  }

  void links_alone() {
    bool first = true;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      const auto& service = plan_.services[i];
      if (service.redeploys() || service.wave > 0 || links_[i].empty()) continue;
      if (std::exchange(first, false)) out_ += heading("Links change, no redeploy", style_);
      title(service);
      links_of(i);
      field(" ", "why", safe(service.because, style_));
    }
  }

  void unchanged() {
    bool first = true;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      const auto& service = plan_.services[i];
      if (service.redeploys() || !links_[i].empty()) continue;
      if (std::exchange(first, false)) out_ += heading("Stay as they run", style_);
      stays(service);
    }
  }

  void stays(const PlannedService& service) {
    const auto name = pad(safe(service.name, style_), names_);
    auto linked = service.linked_now.empty() ? "" : "linked " + join_and(safe(service.linked_now, style_));
    if (!service.unproven.empty())
      linked += (linked.empty() ? "" : "; ") + safe(service.unproven, style_, 1000);
    const auto type = std::string(to_string(service.type));
    out_ += fmt::format("  {}  {}", name, paint(type, Colour::quiet, style_));
    const auto indent = 2 + display_width(name) + 2 + widest_type + 2;
    const std::string lead(linked.empty() ? 0 : widest_type + 2 - type.size(), ' ');
    out_ += hanging(lead, indent, linked, style_);
  }

  void stale_consumers() {
    if (plan_.stale_consumers.empty()) return;
    out_ += heading("Not in the file: keep the values that they started with", style_);
    for (std::size_t i = 0; i < plan_.stale_consumers.size();) {
      const auto& group = plan_.stale_consumers[i].group_name;
      std::vector<std::string> names;
      for (; i < plan_.stale_consumers.size() && plan_.stale_consumers[i].group_name == group; ++i) {
        names.push_back(safe(plan_.stale_consumers[i].service_name, style_));
      }
      const auto lead = fmt::format("  {}  ", safe(group, style_));
      out_ += hanging(lead, display_width(lead), join_and(names), style_);
    }
  }

  void unmanaged() {
    if (plan_.unmanaged_policy != model::Unmanaged::report || plan_.unmanaged.empty()) return;
    out_ += heading("Links that the file does not name (kept)", style_);
    for (const auto& link : plan_.unmanaged) {
      out_ += fmt::format("  {} on {}\n", safe(link.group_name, style_), safe(link.service_name, style_));
    }
  }

  /// Once for all: nearly every service has automatic deploys, and a line at each would hide the rest.
  void by_itself() {
    if (plan_.refused()) return;
    std::vector<std::size_t> on;
    std::vector<std::size_t> held;
    std::vector<std::size_t> left_off;
    std::size_t changing = 0;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      const PlannedService& service = plan_.services[i];
      if (!service.auto_deploy_was.empty()) left_off.push_back(i);
      const bool changes =
          !links_[i].empty() || service.redeploy == plan::Reason::values_change || service.hold;
      changing += changes ? 1 : 0;
      if (changes && service.auto_deploy && service.auto_deploy_was.empty())
        (service.hold ? held : on).push_back(i);
    }
    if (!left_off.empty())
      note(fmt::format("Automatic deploys of {} are still off from that run, and are switched on again.",
                       listed(left_off)));
    if (!held.empty())
      note(fmt::format(
          "Automatic deploys of {} are switched off while this runs, and then on again as they "
          "were (rollout.hold).",
          held.size() == changing && changing > 3 ? std::string("all that change") : listed(held)));
    if (on.empty()) return;
    note(
        fmt::format("Automatic deploys are on, so Render may redeploy {} by itself when {}; whether it does "
                    "is unknown. {}",
                    on.size() == changing && changing > 1 ? std::string("any of them") : listed(on),
                    plan_.values.empty()  ? "links change"
                    : plan_.links.empty() ? "values change"
                                          : "links and values change",
                    plan_.waves.empty() ? "envlink deploys nothing here."
                                        : "envlink looks before it asks for a deploy."));
  }

  void note(const std::string& text) { out_ += "\n" + folded(text, style_, Colour::quiet); }

  std::string listed(const std::vector<std::size_t>& services) const {
    return join_and(names_of(plan_, services, style_));
  }

  const Plan& plan_;
  const Style& style_;
  std::size_t names_;
  std::vector<std::vector<const plan::LinkChange*>> links_;  // by service
  std::vector<std::vector<std::size_t>> awaited_by_;         // by service: those that wait for it
  std::string out_;
};

std::size_t count_links(const Plan& plan, LinkAction action) {
  return static_cast<std::size_t>(std::ranges::count(plan.links, action, &plan::LinkChange::action));
}

std::string nothing_to_do(const Plan& plan) {
  const bool values_are_so =
      std::ranges::any_of(plan.groups, [](const auto& one) { return !one.unchanged.empty(); });
  if (plan.services.empty()) {
    return values_are_so ? "Nothing to do: every value is what it is to be."
                         : "Nothing to do: the file names no service.";
  }
  constexpr std::string_view id = "deploy-under-way";
  const auto under_way = std::ranges::count(plan.findings, id, &plan::Finding::id) +
                         std::ranges::count(plan.ignored, id, &plan::Finding::id);
  const auto unproven = static_cast<std::size_t>(
      std::ranges::count_if(plan.services, [](const auto& one) { return !one.unproven.empty(); }));
  constexpr std::string_view suspended = "service-suspended";
  const auto resting =
      static_cast<std::size_t>(std::ranges::count(plan.findings, suspended, &plan::Finding::id) +
                               std::ranges::count(plan.ignored, suspended, &plan::Finding::id));
  if (resting > 0 && unproven == resting && under_way == 0) {
    return fmt::format(
        "Nothing to do: every link is in place and every service is known to run with it, but for {} that {} "
        "suspended and left as {}.",
        count_of(resting, "service"), resting == 1 ? "is" : "are", resting == 1 ? "it is" : "they are");
  }
  if (unproven == 0 && under_way == 0 && values_are_so)
    return "Nothing to do: every value is what it is to be, and every service is known to run with it.";
  if (unproven == 0 && under_way == 0)
    return "Nothing to do: every link is in place and every service is known to run with it.";
  if (unproven > static_cast<std::size_t>(under_way)) {
    return fmt::format("Nothing to do: every link is in place; of {} it is unknown whether {} with it.",
                       count_of(unproven, "service"), unproven == 1 ? "it runs" : "they run");
  }
  return fmt::format("Nothing to do: every link is in place; {} under way.",
                     count_of(static_cast<std::size_t>(under_way), "deploy is", "deploys are"));
}

std::string closing(const Plan& plan, const engine::Forecast& forecast) {
  if (plan.refused()) {
    const auto errors = std::ranges::count(plan.findings, Severity::error, &plan::Finding::severity);
    return fmt::format("Refused: {}; nothing was written.",
                       count_of(static_cast<std::size_t>(errors), "problem"));
  }
  if (plan.empty() && plan.undoes != 0) return "Nothing to undo: the workspace is as it was before the run.";
  if (plan.empty()) return nothing_to_do(plan);
  std::vector<std::string> changes;
  if (plan.new_group) changes.emplace_back("1 group to make");
  const auto set = std::ranges::count(plan.values, plan::ValueAction::set, &plan::ValueChange::action);
  const auto unset = std::ssize(plan.values) - set;
  if (set > 0) changes.push_back(count_of(static_cast<std::size_t>(set), "value") + " to set");
  if (unset > 0) changes.push_back(count_of(static_cast<std::size_t>(unset), "value") + " to unset");
  const auto added = count_links(plan, LinkAction::add);
  const auto removed = count_links(plan, LinkAction::remove);
  if (added > 0) changes.push_back(count_of(added, "link") + " to add");
  if (removed > 0) changes.push_back(count_of(removed, "link") + " to remove");
  if (plan.deploys() > 0) {
    changes.push_back(fmt::format("{} to redeploy in {}", count_of(plan.deploys(), "service"),
                                  count_of(plan.waves.size(), "wave")));
  }
  const auto left_off = std::ranges::count_if(
      plan.services, [](const PlannedService& one) { return !one.auto_deploy_was.empty(); });
  if (left_off > 0)
    changes.push_back(fmt::format("automatic deploys of {} to switch on again",
                                  count_of(static_cast<std::size_t>(left_off), "service")));
  auto text = join(changes, ", ");
  text += fmt::format("; about {}", count_of(forecast.writes(), "write"));
  if (plan.deploys() == 0) return text + ".";
  const std::optional<Duration> builds = engine::critical_path(plan);
  if (!builds) return text + "; how long builds take is not known.";
  if (*builds == Duration{0}) return text + "; nothing is built.";
  return text + fmt::format("; builds take about {}.", format_duration(*builds));
}

/// What the closing line leaves out; empty where there is nothing to forecast.
std::string forecast_line(const Plan& plan, const engine::Forecast& forecast) {
  if (plan.refused() || plan.empty() || plan.undoes != 0) return {};
  auto text = fmt::format("Forecast: about {}", count_of(forecast.reads(), "read"));
  if (!forecast.polls_known) text += " and the polls of deploys whose length is not known";
  if (forecast.wall) {
    text += fmt::format("; about {} in all if deploys take as long as their last ones",
                        format_duration(*forecast.wall));
    if (std::ranges::any_of(plan.services, [](const auto& one) { return one.redeploys() && !one.rebuild; }))
      text +=
          fmt::format(", without a build half of that and {} at most", format_duration(model::usual_start));
  }
  const bool more = forecast.wall || !forecast.polls_known || forecast.reads() != forecast.reads_at_least;
  if (!more) return text + ".";
  text += fmt::format(". At least {}", count_of(forecast.reads_at_least, "read"));
  if (forecast.at_least && *forecast.at_least > Duration{0})
    text += fmt::format(" and {}", format_duration(*forecast.at_least));
  return text + ".";
}

}  // namespace

std::string render_plan(const Plan& plan, const Style& style) {
  auto out = journal_warning(plan.journal_unreadable, style) + Writer(plan, style).text();
  if (!plan.findings.empty()) out += "\n" + render_findings(plan.found(), style);
  if (!plan.ignored.empty()) out += "\n" + render_ignored(plan.found(), style);
  out += '\n';
  const engine::Forecast forecast = engine::forecast(plan);
  const auto colour = plan.refused() ? Colour::bad : plan.empty() ? Colour::good : Colour::strong;
  out += folded(closing(plan, forecast), style, colour);
  if (const auto text = forecast_line(plan, forecast); !text.empty())
    out += folded(text, style, Colour::quiet);
  return out;
}

}  // namespace envlink::view
