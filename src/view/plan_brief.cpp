#include "view/plan_brief.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "base/text.h"
#include "engine/forecast.h"
#include "view/findings_text.h"
#include "view/layout.h"
#include "view/only_text.h"
#include "view/plan_closing.h"

namespace envlink::view {
namespace {

using plan::LinkAction;
using plan::Plan;
using plan::PlannedService;
using plan::Severity;

constexpr std::size_t widest_name = 40;
constexpr std::size_t most_lines = 28;    // of waves and their services
constexpr std::size_t fewest_alike = 4;   // from this number on they share a line
constexpr std::size_t most_named = 4;     // of those that share one
constexpr std::size_t before_clause = 6;  // columns next to the name: "  + name  "
constexpr std::size_t room_for_time = 8;  // "  ~12m5s"
constexpr std::size_t most_keys = 40;     // per group, each of added, changed and removed

struct Row {
  std::string mark;    // "+"
  std::string clause;  // "link my-secrets, redeploy"
  std::string time;    // "~3s"; empty: unknown
};

class Brief {
 public:
  Brief(const Plan& plan, const Style& style) : plan_(plan), style_(style), rows_(plan.services.size()) {
    std::vector<std::vector<const plan::LinkChange*>> links(plan.services.size());
    for (const plan::LinkChange& link : plan.links) links[link.service].push_back(&link);
    for (std::size_t i = 0; i < plan.services.size(); ++i) {
      if (!plan.services[i].redeploys() && links[i].empty()) continue;
      rows_[i] = row_of(plan.services[i], links[i]);
      names_ = std::max(names_, display_width(name_of(i)));
    }
    names_ = std::min(names_, widest_name);
    for (const Row& row : rows_) {
      const bool fits = before_clause + names_ + display_width(row.clause) + room_for_time <= style.width;
      if (fits) clauses_ = std::max(clauses_, display_width(row.clause));
    }
  }

  std::string text() {
    if (!plan_.empty() || plan_.refused()) header();
    out_ += render_only(plan_, style_, false);
    if (!plan_.refused()) {
      values();
      waves();
      links_alone();
    }
    outside();
    findings();
    out_ += render_automatic_deploys(plan_, style_);
    if (!out_.empty()) out_ += "\n";
    out_ += render_plan_closing(plan_, style_, false);
    return journal_warning(plan_.journal_unreadable, style_) + out_;
  }

 private:
  std::string name_of(std::size_t service) const { return safe(plan_.services[service].name, style_); }

  Row row_of(const PlannedService& service, const std::vector<const plan::LinkChange*>& links) const {
    std::vector<std::string> parts;
    bool adds = false;
    for (const plan::LinkChange* link : links) {
      adds = adds || link->action == LinkAction::add;
      parts.push_back(fmt::format("{} {}", word(link->action), safe(link->group_name, style_)));
    }
    std::string deploy = service.rebuild ? "rebuild" : "redeploy";
    if (!service.redeploys()) deploy = "no redeploy";
    if (!service.rollback_to.empty()) deploy = "roll back";
    const bool goes_without_saying = !links.empty() || service.redeploy == plan::Reason::values_change ||
                                     service.redeploy == plan::Reason::undone;
    if (service.redeploys() && !goes_without_saying && !service.because.empty())
      deploy += ": " + safe(service.because, style_);
    if (service.has_disk && service.redeploys()) deploy += " (short downtime: it has a disk)";
    parts.push_back(deploy);
    Row row{.mark = links.empty() ? "~" : adds ? "+" : "-", .clause = join(parts, ", "), .time = {}};
    const auto likely = engine::likely_length(service);
    if (service.redeploys() && likely > Duration::zero()) row.time = "~" + format_duration(*likely);
    return row;
  }

  void header() {
    std::string text = plan_.undoes == 0 ? "Plan for " : fmt::format("Rollback of run {} on ", plan_.undoes);
    text += safe(plan_.owner.name, style_);
    if (!plan_.file.empty() && plan_.undoes == 0) text += " from " + safe(plan_.file, style_);
    out_ += folded(text, style_, Colour::strong);
  }

  /// Keys, never values.
  void values() {
    for (const plan::PlannedGroup& group : plan_.groups) {
      std::vector<std::string> added;
      std::vector<std::string> changed;
      std::vector<std::string> removed;
      for (const plan::ValueChange& value : plan_.values) {
        if (value.group != group.id) continue;
        auto& keys = value.action == plan::ValueAction::unset ? removed : value.exists ? changed : added;
        keys.push_back(safe(value.key, style_));
      }
      const bool made = plan_.new_group && plan_.new_group->id == group.id;
      if (!made && added.empty() && changed.empty() && removed.empty()) continue;
      out_ += heading(safe(group.name, style_) + (made ? " (new group)" : ""), style_);
      keys("+", added, Colour::good);
      keys("~", changed, Colour::caution);
      keys("-", removed, Colour::bad);
      if (!group.unchanged.empty()) out_ += fmt::format("  = {} unchanged\n", group.unchanged.size());
    }
  }

  void keys(std::string_view mark, const std::vector<std::string>& keys, Colour colour) {
    if (keys.empty()) return;
    const auto shown = std::span(keys).first(std::min(keys.size(), most_keys));
    std::string text = join(shown, ", ");
    if (keys.size() > shown.size()) text += fmt::format(" and {} more (all: -v)", keys.size() - shown.size());
    out_ += hanging(paint(fmt::format("  {} ", mark), colour, style_), 4, text, style_);
  }

  void waves() {
    if (!plan_.waves.empty()) out_ += "\n";
    std::size_t told = 0;
    for (std::size_t wave = 0; wave < plan_.waves.size() && lines_ < most_lines; ++wave) {
      if (plan_.waves.size() > 1)
        take(paint(fmt::format("Wave {}", wave + 1), Colour::strong, style_) + "\n");
      told += services(plan_.waves[wave]);
    }
    std::size_t all = 0;
    for (const auto& wave : plan_.waves) all += wave.size();
    left_out(all - told);
  }

  /// Returns how many of them are shown.
  std::size_t services(const std::vector<std::size_t>& all) {
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> alike;
    for (const std::size_t service : all)
      alike[{rows_[service].mark, rows_[service].clause}].push_back(service);
    std::size_t told = 0;
    for (const std::size_t service : all) {
      if (lines_ >= most_lines) break;
      const auto& equal = alike.at({rows_[service].mark, rows_[service].clause});
      if (equal.size() < fewest_alike) {
        line(rows_[service], pad(cut_inside(name_of(service), names_, style_), names_));
        ++told;
      } else if (equal.front() == service) {
        together(equal);
        told += equal.size();
      }
    }
    return told;
  }

  void line(const Row& row, const std::string& who) {
    const Colour colour = row.mark == "+" ? Colour::good : row.mark == "-" ? Colour::bad : Colour::caution;
    const std::string lead = fmt::format("  {} {}  ", paint(row.mark, colour, style_), who);
    const std::size_t indent = before_clause + display_width(who);
    const std::string aligned = row.time.empty() ? row.clause : pad(row.clause, clauses_) + "  " + row.time;
    if (indent + display_width(aligned) <= style_.width) return take(lead + aligned + "\n");
    take(hanging(lead, indent, row.clause + (row.time.empty() ? "" : " " + row.time), style_));
  }

  void together(const std::vector<std::size_t>& equal) {
    Row row = rows_[equal.front()];
    row.time.clear();
    line(row, count_of(equal.size(), "service"));
    std::vector<std::string> names;
    for (const std::size_t service : equal) names.push_back(name_of(service));
    take(hanging("      ", 6, join_and(names, most_named), style_, Colour::quiet));
  }

  void links_alone() {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < plan_.services.size(); ++i) {
      if (!plan_.services[i].redeploys() && plan_.services[i].wave == 0 && !rows_[i].mark.empty())
        all.push_back(i);
    }
    if (all.empty()) return;
    if (lines_ < most_lines) out_ += "\n";
    left_out(all.size() - services(all));
  }

  void left_out(std::size_t number) {
    if (number > 0)
      out_ += fmt::format("  {} and {} (all: -v)\n", cut_mark(style_), count_of(number, "more service"));
  }

  /// Relevant things that the plan does not change.
  void outside() {
    std::string text;
    const auto add = [&](std::size_t number, std::string_view noun, std::string_view what) {
      if (number > 0) text += fmt::format("{} {} (-v). ", count_of(number, noun), what);
    };
    std::set<std::string> consumers;
    for (const auto& consumer : plan_.stale_consumers) consumers.insert(consumer.service_name);
    add(consumers.size(), "service",
        plan_.only ? "outside this plan will keep the old values"
                   : "outside the file will keep the old values");
    if (plan_.unmanaged_policy == model::Unmanaged::report)
      add(plan_.unmanaged.size(), "link", "not in the file will be kept");
    if (plan_.undoes == 0)
      add(static_cast<std::size_t>(std::ranges::count_if(plan_.findings,
                                                         [](const plan::Finding& finding) {
                                                           return finding.severity == Severity::note &&
                                                                  finding.policy.empty();
                                                         })),
          "note", "on this plan");
    if (!text.empty()) out_ += (out_.empty() ? "" : "\n") + folded(text, style_, Colour::quiet);
  }

  void findings() {
    const std::string told = plan_.undoes != 0 ? render_findings(plan_.found(), style_)
                                               : render_pressing_findings(plan_.found(), style_);
    if (!told.empty()) out_ += (out_.empty() ? "" : "\n") + told;
  }

  void take(const std::string& lines) {
    lines_ += static_cast<std::size_t>(std::ranges::count(lines, '\n'));
    out_ += lines;
  }

  const Plan& plan_;
  const Style& style_;
  std::vector<Row> rows_;  // by service; without a mark: unchanged
  std::size_t names_ = 0;
  std::size_t clauses_ = 0;
  std::size_t lines_ = 0;
  std::string out_;
};

}  // namespace

std::string render_plan_brief(const Plan& plan, const Style& style) {
  return Brief(plan, style).text();
}

}  // namespace envlink::view
