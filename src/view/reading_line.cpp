#include "view/reading_line.h"

#include <fmt/format.h>

namespace envlink::view {

std::string reading_line(engine::WorkspaceReader::Answered answered, std::string_view waiting) {
  return fmt::format("Reading {} of {}{}{}", answered.answered, answered.known, waiting.empty() ? "" : ", ",
                     waiting);
}

}  // namespace envlink::view
