#include "view/alike.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "view/layout.h"

namespace envlink::view {
namespace {

constexpr std::size_t fits = 20;  // rows
constexpr std::size_t widest_name = 40;
constexpr std::size_t most_named = 5;

}  // namespace

std::string render_alike(const std::vector<AlikeRow>& rows, const Style& style, bool whole) {
  const std::size_t words = column_width(rows, widest_name, [](const AlikeRow& row) { return row.word; });
  std::string out;
  const auto line = [&](const std::string& name, const AlikeRow& row) {
    const std::string gap = row.word.empty() ? "" : "  ";
    const std::string lead =
        fmt::format("  {}{}{}  ", name, gap, paint(pad(row.word, words), row.colour, style));
    const std::size_t indent = 4 + display_width(name) + gap.size() + words;
    if (row.because.empty()) {
      out += fmt::format("  {}{}{}\n", name, gap, paint(row.word, row.colour, style));
    } else {
      out += hanging(lead, indent, row.because, style);
    }
  };
  if (whole || rows.size() <= fits) {
    const std::size_t names = column_width(rows, widest_name, [](const AlikeRow& row) { return row.name; });
    for (const AlikeRow& row : rows) line(pad(cut_inside(row.name, names, style), names), row);
    return out;
  }
  std::map<std::tuple<std::string, std::string>, std::vector<std::string>> alike;
  std::vector<const AlikeRow*> first;
  for (const AlikeRow& row : rows) {
    auto& names = alike[{row.word, row.because}];
    if (names.empty()) first.push_back(&row);
    names.push_back(row.name);
  }
  for (std::size_t i = 0; i < std::min(fits, first.size()); ++i) {
    const auto& names = alike.at({first[i]->word, first[i]->because});
    if (names.size() == 1) {
      line(names.front(), *first[i]);
    } else {
      line(count_of(names.size(), "service"), *first[i]);
      out += hanging("    ", 4, join_and(names, most_named), style, Colour::quiet);
    }
  }
  if (first.size() > fits) out += fmt::format("  {} and {} more\n", cut_mark(style), first.size() - fits);
  return out;
}

}  // namespace envlink::view
