#include "yaml/problem.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/mask_keys.h"
#include "base/text.h"
#include "base/utf8.h"

namespace envlink::yaml {
namespace {

constexpr std::size_t max_columns = 100;    // of an excerpt
constexpr std::size_t columns_before = 60;  // of them before the caret, at least, in a long line
constexpr std::size_t tab_columns = 4;

/// One character of the source as displayed.
struct Cell {
  std::string text;
  std::size_t columns = 1;
};

std::vector<Cell> cells_of(std::string_view line, std::size_t most) {
  std::vector<Cell> cells;
  for (std::size_t at = 0; at < line.size() && cells.size() < most;) {
    const std::size_t length = decode_utf8(line, at).length;
    Cell cell;
    cell.text = line[at] == '\t' ? std::string(tab_columns, ' ') : clean(line.substr(at, length));
    cell.columns = display_width(cell.text);
    cells.push_back(std::move(cell));
    at += length;
  }
  return cells;
}

/// The offset of the character with this index, from 0.
std::size_t offset_of(std::string_view line, int character) {
  std::size_t at = 0;
  for (; at < line.size(); ++at) {
    const bool begins = (line[at] & '\xC0') != '\x80';
    if (begins && character-- == 0) break;
  }
  return at;
}

struct Excerpt {
  std::string line;
  std::string marks;
};

/// The part of a line that shows no secret, around the marked characters, and the marks below it.
Excerpt excerpt_of_masked(std::string_view line, int column, int length) {
  const int marked = std::clamp(column - 1, 0, count_characters(line));
  const int skipped = std::max(0, marked - static_cast<int>(max_columns));
  line.remove_prefix(offset_of(line, skipped));
  const auto from_start = static_cast<std::size_t>(marked - skipped);
  const std::vector<Cell> cells = cells_of(line, from_start + max_columns + 1);
  const std::size_t from = std::min(from_start, cells.size());
  const std::size_t to = std::min(from + static_cast<std::size_t>(std::max(length, 1)), cells.size());

  std::size_t first = from;
  std::size_t total = 0;
  for (const Cell& cell : cells) total += cell.columns;
  std::size_t before = 0;
  const std::size_t allowed_before = skipped > 0 || total > max_columns ? columns_before : max_columns;
  while (first > 0 && before + cells[first - 1].columns <= allowed_before) before += cells[--first].columns;

  Excerpt excerpt;
  const bool cut = skipped > 0 || first > 0;
  if (cut) excerpt.line = "…";
  excerpt.marks.assign(before + (cut ? 1 : 0), ' ');
  std::size_t columns = 0;
  std::size_t marks = 0;
  for (std::size_t at = first; at < cells.size(); ++at) {
    if (columns + cells[at].columns > max_columns) {
      excerpt.line += "…";
      break;
    }
    columns += cells[at].columns;
    excerpt.line += cells[at].text;
    if (at >= from && at < to) marks += cells[at].columns;
  }
  while (excerpt.line.ends_with(' ')) excerpt.line.pop_back();
  excerpt.marks += "^" + std::string(marks > 1 ? marks - 1 : 0, '~');
  return excerpt;
}

Excerpt excerpt_of(std::string_view line, int column, int length) {
  const std::string masked = mask_keys(line);
  if (masked == line) return excerpt_of_masked(line, column, length);
  const auto place_of = [line](int character) {
    return count_characters(mask_keys(line.substr(0, offset_of(line, character - 1)))) + 1;
  };
  const int from = place_of(column);
  return excerpt_of_masked(masked, from, place_of(column + length) - from);
}

std::string render_with(const LineIndex* lines, const std::vector<Problem>& problems, std::string_view file) {
  int widest = 0;
  for (const Problem& problem : problems) widest = std::max(widest, problem.place.line);
  const std::size_t gutter = fmt::formatted_size("{}", widest);

  std::string out;
  for (const Problem& problem : problems) {
    if (!out.empty()) out += '\n';
    out += clean(file);
    if (problem.place.line > 0) out += fmt::format(":{}:{}", problem.place.line, problem.place.column);
    out += fmt::format(": error: {}\n", clean(mask_keys(problem.what), 1000));
    if (problem.place.line > 0 && lines != nullptr && problem.place.line <= lines->count()) {
      const Excerpt excerpt =
          excerpt_of(lines->line(problem.place.line), problem.place.column, problem.length);
      out += fmt::format(" {:>{}} |{}{}\n", problem.place.line, gutter, excerpt.line.empty() ? "" : " ",
                         excerpt.line);
      out += fmt::format(" {:>{}} | {}\n", "", gutter, excerpt.marks);
    }
    if (!problem.cure.empty())
      out += fmt::format(" {:>{}} = {}\n", "", gutter, clean(mask_keys(problem.cure), 1000));
  }
  return out;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool ends =
        text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'));
    if (ends) starts_.push_back(at + 1);
  }
}

std::string_view LineIndex::line(int number) const {
  if (number < 1 || number > count()) return {};
  const std::size_t start = start_of(number);
  const std::size_t end = number == count() ? text_.size() : start_of(number + 1);
  std::string_view line = text_.substr(start, end - start);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

int LineIndex::number_at(std::size_t offset) const {
  return static_cast<int>(std::ranges::upper_bound(starts_, offset) - starts_.begin());
}

Place PlaceFinder::at(std::size_t offset) {
  offset = std::min(offset, lines_.text().size());
  const int line = lines_.number_at(offset);
  if (line != last_.line) {
    last_offset_ = lines_.start_of(line);
    last_ = {line, 1};
  }
  const auto [from, to] = std::minmax(last_offset_, offset);
  const int between = count_characters(lines_.text().substr(from, to - from));
  last_.column += offset < last_offset_ ? -between : between;
  last_offset_ = offset;
  return last_;
}

int count_characters(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (c & '\xC0') != '\x80'; }));
}

std::string render(const std::vector<Problem>& problems, std::string_view file, std::string_view text) {
  const LineIndex lines(without_byte_order_mark(text));
  return render_with(&lines, problems, file);
}

std::string render_without_lines(const std::vector<Problem>& problems, std::string_view file) {
  return render_with(nullptr, problems, file);
}

}  // namespace envlink::yaml
