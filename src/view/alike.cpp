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
    if (row.is_sentence()) {
      out += hanging("  ", 4, row.name, style);
      return;
    }
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
    const std::size_t names = column_width(
        rows, widest_name, [](const AlikeRow& row) { return row.is_sentence() ? std::string() : row.name; });
    for (const AlikeRow& row : rows) line(pad(cut_inside(row.name, names, style), names), row);
    return out;
  }
  const auto key_of = [](const AlikeRow& row) {
    return std::tuple(row.word, row.because, row.is_sentence() ? row.name : std::string());
  };
  std::map<decltype(key_of(rows.front())), std::vector<std::string>> alike;
  std::vector<const AlikeRow*> first;
  for (const AlikeRow& row : rows) {
    auto& names = alike[key_of(row)];
    if (names.empty()) first.push_back(&row);
    names.push_back(row.name);
  }
  for (std::size_t i = 0; i < std::min(fits, first.size()); ++i) {
    const auto& names = alike.at(key_of(*first[i]));
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
