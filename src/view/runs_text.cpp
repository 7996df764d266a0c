#include "view/runs_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "view/ago.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t widest_workspace = 24;

std::string changes_of(const RunRow& run) {
  if (run.undoes) return fmt::format("rollback of {}", *run.undoes);
  return run.changes ? changes_text(*run.changes) : "";
}

}  // namespace

std::string render_runs(const std::vector<RunRow>& runs, Time now, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  rows.push_back({"run", "began", "took", "changes", "outcome", "workspace", "by"});
  for (const RunRow& run : runs) {
    rows.push_back({std::to_string(run.number), ago(run.began, now),
                    run.ended ? format_duration(*run.ended - run.began) : "", changes_of(run),
                    std::string(run.outcome ? model::title(*run.outcome) : "unfinished"),
                    cut(run.workspace, widest_workspace, style), safe(run.by, style)});
  }
  const std::size_t last = rows.front().size() - 1;
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < last; ++column) {
    widths.push_back(column_width(rows, 60, [&](const auto& cells) { return cells[column]; }));
  }
  std::string out;
  for (const auto& cells : rows) {
    Line line(style);
    const Colour colour = out.empty() ? Colour::quiet : Colour::plain;
    for (std::size_t column = 0; column < last; ++column) {
      const std::string& cell = cells[column];
      const bool number = column == 0;
      const std::string padding(widths[column] - display_width(cell), ' ');
      line.add(number ? padding + cell : cell + padding, colour).add(std::string(gap, ' '));
    }
    out += line.add(cut(cells[last], line.room(), style), colour).text() + '\n';
  }
  return out;
}

}  // namespace envlink::view
