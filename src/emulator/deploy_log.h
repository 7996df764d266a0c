#pragma once
// The log of a deploy, derived from it. A line exists from the moment at which it was written.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/world_state.h"

namespace envlink::emulator {

enum class LineType { build, app };
constexpr auto words(LineType) {
  return std::to_array<std::string_view>({"build", "app"});
}
enum class LineLevel { info, error };
constexpr auto words(LineLevel) {
  return std::to_array<std::string_view>({"info", "error"});
}

struct LogLine {
  Time time;
  std::size_t deploy = 0;  // its index
  std::size_t number = 0;  // in the log of the deploy
  LineType type = LineType::app;
  std::string text;

  LineLevel level() const {
    return text.find("rror") != std::string::npos ? LineLevel::error : LineLevel::info;
  }
};

/// Up to `world.now`, oldest first.
std::vector<LogLine> log_of(const WorldState& world, std::size_t deploy);

}  // namespace envlink::emulator
