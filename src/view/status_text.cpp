#include "view/status_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/ago.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using plan::Freshness;
using plan::Status;
using plan::StatusRow;

constexpr std::size_t widest_name = 32;
constexpr std::size_t narrowest_column = 9;  // "deploying"
constexpr std::size_t gap = 2;
constexpr std::size_t longest_ago = 12;  // "181 days ago"

Colour colour_of(Freshness freshness) {
  constexpr Colour colours[] = {Colour::good, Colour::caution, Colour::caution, Colour::busy, Colour::quiet};
  return colours[static_cast<std::size_t>(freshness)];
}

/// What was adopted counts as live and is told apart.
std::string_view word_for(Freshness freshness, const plan::Evidence& evidence) {
  return evidence.source == plan::EvidenceSource::adopted ? "adopted" : to_string(freshness);
}

class Matrix {
 public:
  Matrix(const Status& status, Time now, const Style& style)
      : status_(status),
        now_(now),
        style_(style),
        names_(column_width(status.rows, widest_name,
                            [&](const StatusRow& row) { return safe(row.name, style); })) {}

  std::string text() {
    std::size_t width = 2 + names_;
    for (std::size_t group = 0; group < status_.groups.size(); ++group) width += gap + width_of(group);
    width += gap + longest_ago;
    out_ += "\n";
    if (width > style_.width) {
      list();
    } else {
      table();
    }
    return std::move(out_);
  }

 private:
  std::size_t width_of(std::size_t group) const {
    return std::max(narrowest_column, display_width(safe(status_.groups[group], style_)));
  }

  std::string name_of(const StatusRow& row) const {
    return "  " + pad(cut_inside(safe(row.name, style_), names_, style_), names_);
  }

  void table() {
    std::string titles(2 + names_, ' ');
    for (std::size_t group = 0; group < status_.groups.size(); ++group) {
      titles += std::string(gap, ' ') +
                paint(pad(safe(status_.groups[group], style_), width_of(group)), Colour::strong, style_);
    }
    out_ += titles + std::string(gap, ' ') + paint("went live", Colour::strong, style_) + "\n";
    for (const StatusRow& row : status_.rows) {
      out_ += name_of(row);
      for (std::size_t group = 0; group < status_.groups.size(); ++group) cell(row, group);
      const bool dated = row.running && row.running->went_live;
      out_ += std::string(gap, ' ') +
              (dated ? ago(*row.running->went_live, now_) : std::string(style_.unicode ? "·" : ".")) + "\n";
    }
  }

  void cell(const StatusRow& row, std::size_t group) {
    const auto cell = std::ranges::find(row.cells, group, &plan::StatusCell::group);
    const bool asked = cell != row.cells.end();
    const std::string word(asked ? word_for(cell->freshness, cell->evidence) : style_.unicode ? "·" : ".");
    const std::size_t blanks = width_of(group) - display_width(word);
    out_ += std::string(gap, ' ') + paint(word, asked ? colour_of(cell->freshness) : Colour::quiet, style_) +
            std::string(blanks, ' ');
  }

  /// "  my-backend  live my-secrets, stale my-monitoring"
  void list() {
    for (const StatusRow& row : status_.rows) {
      std::vector<std::string> groups;
      for (const plan::StatusCell& cell : row.cells)
        groups.push_back(fmt::format("{} {}", word_for(cell.freshness, cell.evidence),
                                     safe(status_.groups[cell.group], style_)));
      const std::string when = went_live_ago(row.running, now_);
      out_ += hanging(name_of(row) + "  ", names_ + 4, join(groups, ", ") + (when.empty() ? "" : "; " + when),
                      style_);
    }
  }

  const Status& status_;
  Time now_;
  const Style& style_;
  std::size_t names_;
  std::string out_;
};

class WhyWriter {
 public:
  WhyWriter(const Status& status, const Style& style) : status_(status), style_(style) {}

  /// Of every service and each of its groups: the word, its clause and what it rests on.
  std::string text() {
    out_ += heading("Why", style_);
    for (const StatusRow& row : status_.rows) {
      tell(2, fmt::format("{}: {}", safe(row.name, style_), word_for(row.freshness, row.evidence)));
      const bool of_a_group =
          std::ranges::find(row.cells, row.because, &plan::StatusCell::because) != row.cells.end();
      if (!of_a_group) tell(4, safe(row.because, style_, 1000));
      for (const plan::StatusCell& cell : row.cells) evidence(row, cell);
    }
    if (status_.audit_log == plan::AuditLog::none) {
      out_ += folded(
          "Who changed a group, and when, is unknown: Render offers no audit log for this workspace and key.",
          style_, Colour::quiet);
    } else if (status_.audit_log == plan::AuditLog::partly) {
      out_ += folded("The audit log has more entries than envlink reads: older changes are not shown.",
                     style_, Colour::caution);
    }
    return std::move(out_);
  }

 private:
  void tell(std::size_t indent, const std::string& safe_text, Colour colour = Colour::plain) {
    if (!safe_text.empty()) out_ += hanging(std::string(indent, ' '), indent + 2, safe_text, style_, colour);
  }

  void evidence(const StatusRow& row, const plan::StatusCell& cell) {
    const std::string group = safe(status_.groups[cell.group], style_);
    tell(4, fmt::format("{}: {}, {}", group, word_for(cell.freshness, cell.evidence),
                        safe(cell.because, style_, 1000)));
    tell(6, safe(cell.evidence.text, style_, 1000), Colour::quiet);
    constexpr std::string_view newer = "changed after the running deploy began";
    for (const std::string& key : cell.evidence.changed) {
      const bool file = model::is_file_key(key);
      tell(6, fmt::format("{}{} {}", file ? "the file " : "",
                          safe(file ? key.substr(model::file_prefix.size()) : key, style_), newer));
    }
    std::vector<plan::GroupChange> changes = row.changes;
    std::erase_if(changes, [&](const auto& change) { return change.group != cell.group; });
    if (cell.evidence.changed.empty() && std::ranges::any_of(changes, &plan::GroupChange::of_variables))
      tell(6, fmt::format("the audit log shows that a variable of {} {}", group, newer));
    for (const plan::GroupChange& change : changes) {
      tell(6,
           fmt::format("{} {}: {}", day_and_time(change.at),
                       change.by.empty() ? "somebody" : safe(change.by, style_), safe(change.event, style_)));
    }
  }

  const Status& status_;
  const Style& style_;
  std::string out_;
};

std::string headline(const Status& status, const Style& style) {
  std::vector<Freshness> each;
  for (const StatusRow& row : status.rows) each.push_back(row.freshness);
  if (std::ranges::count(each, Freshness::live) != std::ssize(each))
    return folded(
        fmt::format("{}: {}.", safe(status.owner.name, style), plan::count_by_freshness(each, each.size())),
        style, Colour::caution);
  const auto adopted = std::ranges::count_if(
      status.rows, [](const StatusRow& row) { return row.evidence.source == plan::EvidenceSource::adopted; });
  const std::string what = status.rows.size() == 1 ? "The service runs with its current groups"
                                                   : fmt::format("All {} run with their current groups",
                                                                 count_of(status.rows.size(), "service"));
  const std::string told = adopted == 0 ? "" : fmt::format(" ({} adopted)", adopted);
  return folded(
      fmt::format("{}{}: {}{}.", lead_sign(Symbol::good, style), safe(status.owner.name, style), what, told),
      style, Colour::good);
}

std::string not_live(const Status& status, const Style& style, bool whole) {
  std::vector<AlikeRow> rows;
  for (const StatusRow& row : status.rows) {
    if (row.freshness != Freshness::live)
      rows.push_back(freshness_row(row.name, row.freshness, row.because, row.evidence, style));
  }
  return rows.empty() ? std::string() : "\n" + render_alike(rows, style, whole);
}

}  // namespace

AlikeRow freshness_row(const std::string& name, Freshness freshness, const std::string& because,
                       const plan::Evidence& evidence, const Style& style) {
  return {.name = safe(name, style),
          .word = std::string(word_for(freshness, evidence)),
          .colour = colour_of(freshness),
          .because = because.empty() ? std::string() : safe(because, style, 1000)};
}

std::string went_live_ago(const std::optional<plan::RunningDeploy>& running, Time now) {
  return running && running->went_live ? "went live " + ago(*running->went_live, now) : std::string();
}

std::string render_status(const Status& status, Time now, const Style& style, StatusRows rows) {
  const bool all = rows == StatusRows::all;
  std::string out = journal_warning(status.journal_unreadable, style) + headline(status, style);
  if (all) out += Matrix(status, now, style).text();
  out += status.why ? WhyWriter(status, style).text() : not_live(status, style, all);
  if (status.stale() || status.unknown()) out += "\nNext: envlink plan\n";
  return out;
}

}  // namespace envlink::view
