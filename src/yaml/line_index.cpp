#include "yaml/line_index.h"

#include <algorithm>

namespace envlink::yaml {

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

}  // namespace envlink::yaml
