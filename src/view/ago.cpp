#include "view/ago.h"

#include <fmt/format.h>

namespace envlink::view {

std::string ago(Time then, Time now) {
  using namespace std::chrono;
  const auto passed = now - then;
  if (passed < minutes(1)) return "just now";
  if (passed < hours(1)) return fmt::format("{} min ago", duration_cast<minutes>(passed).count());
  if (passed < hours(48)) return fmt::format("{} h ago", duration_cast<hours>(passed).count());
  if (passed < hours(24 * 183)) return fmt::format("{} days ago", duration_cast<hours>(passed).count() / 24);
  return format_rfc3339(then).substr(0, 10);
}

}  // namespace envlink::view
