#pragma once
// A problem in a file, as a compiler would show it.

#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"

namespace envlink::yaml {

struct Problem {
  Place place;
  std::string what;  // "unknown key `servcies`"
  std::string cure;  // "did you mean `services`?"; may be empty
  int length = 1;    // characters to underline
};

/// file:line:column, the message, the excerpt with a caret. One block a problem, in the file's order.
std::string render(const std::vector<Problem>& problems, std::string_view file, std::string_view text);
/// The same without excerpts: of a file that may hold values of variables, no line is shown.
std::string render_without_lines(const std::vector<Problem>& problems, std::string_view file);

}  // namespace envlink::yaml
