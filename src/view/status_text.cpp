#include "view/status_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

using plan::Freshness;
using plan::Status;
using plan::StatusRow;

constexpr std::size_t widest_name = 32;
constexpr std::size_t narrowest_column = 9;  // "deploying"
constexpr std::size_t gap = 2;

class Matrix {
 public:
  Matrix(const Status& status, const Style& style)
      : status_(status),
        style_(style),
        names_(column_width(status.rows, widest_name,
                            [&](const StatusRow& row) { return safe(row.name, style); })) {}

  std::string text() {
    const std::string title = fmt::format("Workspace {} ({})", safe(status_.owner.name, style_),
                                          safe(status_.owner.id.text(), style_));
    out_ += paint(title, Colour::strong, style_) + "\n";
    for (std::size_t first = 0; first < status_.groups.size();) first = block(first);
    if (status_.groups.empty()) block(0);
    reasons();
    return std::move(out_);
  }

 private:
  std::size_t width_of(std::size_t group) const {
    return std::max(narrowest_column, display_width(safe(status_.groups[group], style_)));
  }

  /// As many groups as fit; returns the first that does not.
  std::size_t block(std::size_t first) {
    std::size_t used = 2 + names_;
    std::size_t last = first;
    while (last < status_.groups.size() && (last == first || used + gap + width_of(last) <= style_.width)) {
      used += gap + width_of(last++);
    }
    out_ += "\n" + std::string(2 + names_, ' ');
    for (std::size_t group = first; group < last; ++group) {
      out_ += std::string(gap, ' ') +
              paint(pad(safe(status_.groups[group], style_), group + 1 < last ? width_of(group) : 0),
                    Colour::strong, style_);
    }
    out_ += "\n";
    const bool whole = last - first == status_.groups.size();
    for (const StatusRow& row : status_.rows) {
      const bool concerned =
          std::any_of(row.cells.begin(), row.cells.end(),
                      [&](const plan::StatusCell& cell) { return cell.group >= first && cell.group < last; });
      if (whole || concerned) line(row, first, last);
    }
    return last;
  }

  void line(const StatusRow& row, std::size_t first, std::size_t last) {
    std::string text = "  " + pad(cut_inside(safe(row.name, style_), names_, style_), names_);
    for (std::size_t group = first; group < last; ++group) {
      const auto cell = std::find_if(row.cells.begin(), row.cells.end(),
                                     [&](const plan::StatusCell& one) { return one.group == group; });
      const bool asked = cell != row.cells.end();
      const std::string word(asked ? to_string(cell->freshness) : style_.unicode ? "·" : ".");
      const std::size_t blanks = group + 1 < last ? width_of(group) - display_width(word) : 0;
      text += std::string(gap, ' ') +
              paint(word, asked ? colour_of(cell->freshness) : Colour::quiet, style_) +
              std::string(blanks, ' ');
    }
    out_ += text + "\n";
  }

  void reasons() {
    bool first = true;
    for (const StatusRow& row : status_.rows) {
      if (row.freshness == Freshness::live) continue;
      if (std::exchange(first, false)) out_ += heading("Why", style_);
      const std::string name = pad(safe(row.name, style_), names_);
      const auto word = std::string(to_string(row.freshness));
      const std::string lead = fmt::format("  {}  {}", name, paint(word, colour_of(row.freshness), style_)) +
                               std::string(narrowest_column + gap - word.size(), ' ');
      const std::size_t indent = 2 + display_width(name) + gap + narrowest_column + gap;
      out_ += hanging(lead, indent, safe(row.because, style_, 1000), style_);
    }
  }

  const Status& status_;
  const Style& style_;
  std::size_t names_;
  std::string out_;
};

std::size_t count(const Status& status, auto counts) {
  return static_cast<std::size_t>(std::count_if(status.rows.begin(), status.rows.end(), counts));
}

std::string closing(const Status& status, const Style& style) {
  const auto stale = count(status, [](const StatusRow& row) {
    return row.freshness == Freshness::stale || row.freshness == Freshness::staged;
  });
  const auto unknown =
      count(status, [](const StatusRow& row) { return row.freshness == Freshness::unknown; });
  const auto deploying =
      count(status, [](const StatusRow& row) { return row.freshness == Freshness::deploying; });
  std::string text = "Every service runs with what is linked, as far as the API tells.";
  if (deploying > 0)
    text = fmt::format("Nothing is known to be stale; {} still deploying.",
                       count_of(deploying, "service is", "services are"));
  if (unknown > 0)
    text = fmt::format("Nothing is known to be stale; of {} nothing tells.", count_of(unknown, "service"));
  if (stale > 0) {
    text = fmt::format("{} not up to date. What would be done: envlink plan",
                       count_of(stale, "service is", "services are"));
  }
  return folded(text, style, stale + unknown + deploying > 0 ? Colour::caution : Colour::good);
}

}  // namespace

Colour colour_of(plan::Freshness freshness) {
  switch (freshness) {
    case plan::Freshness::live:
      return Colour::good;
    case plan::Freshness::stale:
    case plan::Freshness::staged:
      return Colour::caution;
    case plan::Freshness::deploying:
      return Colour::busy;
    case plan::Freshness::unknown:
      return Colour::quiet;
  }
  return Colour::quiet;
}

std::string render_status(const Status& status, const Style& style) {
  return Matrix(status, style).text() + "\n" + closing(status, style);
}

}  // namespace envlink::view
