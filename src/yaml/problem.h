#pragma once
// A problem in a file, shown as a compiler would, and the lines of the file.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"

namespace envlink::yaml {

/// Line breaks are YAML's: LF, CR LF, CR. Columns count characters, not bytes.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  std::string_view text() const { return text_; }
  int count() const { return static_cast<int>(starts_.size()); }
  /// Without its line break; empty for a line that does not exist.
  std::string_view line(int number) const;
  std::size_t start_of(int number) const { return starts_[static_cast<std::size_t>(number - 1)]; }
  int number_at(std::size_t offset) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// Places of offsets that mostly increase: counts from the last one, so that one huge line stays cheap.
class PlaceFinder {
 public:
  explicit PlaceFinder(const LineIndex& lines) : lines_(lines) {}
  Place at(std::size_t offset);

 private:
  const LineIndex& lines_;
  std::size_t last_offset_ = 0;
  Place last_{1, 1};
};

/// Characters of valid UTF-8.
int count_characters(std::string_view text);

struct Problem {
  Place place;
  std::string what;  // "unknown key `servcies`"
  std::string cure;  // "did you mean `services`?"; may be empty
  int length = 1;    // characters to underline
};

/// file:line:column, the message, the excerpt with a caret. One block per problem, in the file's order.
std::string render(const std::vector<Problem>& problems, std::string_view file, std::string_view text);
/// The same without excerpts, for files that may contain values of variables.
std::string render_without_lines(const std::vector<Problem>& problems, std::string_view file);

}  // namespace envlink::yaml
