#include "view/plan_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "engine/forecast.h"
#include "model/deploy_phases.h"
#include "view/findings_text.h"
#include "view/layout.h"
#include "view/only_text.h"
#include "view/plan_closing.h"
#include "view/rollout_status.h"
#include "view/style.h"

namespace envlink::view {
namespace {

using plan::LinkAction;
using plan::Plan;
using plan::PlannedService;

constexpr std::size_t widest_name = 40;
constexpr std::size_t widest_type = 17;  // background_worker

std::size_t name_column(const auto& items, const Style& style) {
  return column_width(items, widest_name, [&](const auto& item) { return safe(item.name, style); });
}

/// Writes a plan by sections, each after an empty line.
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
    out_ += render_only(plan_, style_, true);
    groups();
    for (std::size_t wave = 0; wave < plan_.waves.size(); ++wave) {
      out_ += heading(fmt::format("Wave {} of {}", wave + 1, plan_.waves.size()), style_);
      for (const auto service : plan_.waves[wave]) redeployed(service);
    }
    links_alone();
    unchanged();
    stale_consumers();
    unmanaged();
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
            fmt::format(" (expected {}{})", group.asked->at_least ? "at least " : "", group.asked->number);
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

  /// "    + link    name": a label and its folded text; nothing if the text is empty.
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
      field(" ", "deploy", "none: the running deploy stays");
      return field(" ", "after", listed(service.waits_for));
    }
    std::string deploy = service.rebuild ? "rebuild" : "redeploy, no rebuild";
    if (!service.rollback_to.empty()) deploy = "rollback to " + safe(service.rollback_to.text(), style_);
    if (service.rebuild && !service.rebuild_because.empty())
      deploy += fmt::format(" ({})", safe(service.rebuild_because, style_));
    field(" ", "deploy", deploy);
    if (service.has_disk)
      field("!", "disk", "the running instance stops before the new one starts", Colour::caution);
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
      if (std::exchange(first, false)) out_ += heading("Unchanged", style_);
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
    out_ += heading(plan_.only ? "Not in this plan: will keep the old values"
                               : "Not in the file: will keep the old values",
                    style_);
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
    out_ += heading("Links not in the file (kept)", style_);
    for (const auto& link : plan_.unmanaged) {
      out_ += fmt::format("  {} on {}\n", safe(link.group_name, style_), safe(link.service_name, style_));
    }
  }

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

}  // namespace

std::string render_plan(const Plan& plan, const Style& style) {
  auto out = journal_warning(plan.journal_unreadable, style) + Writer(plan, style).text();
  if (!plan.findings.empty()) out += "\n" + render_findings(plan.found(), style);
  if (!plan.ignored.empty()) out += "\n" + render_ignored(plan.found(), style);
  return out + render_automatic_deploys(plan, style) + "\n" + render_plan_closing(plan, style, true);
}

}  // namespace envlink::view
