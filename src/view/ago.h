#pragma once
// Relative times for people. JSON keeps the absolute time.

#include <string>

#include "base/time.h"

namespace envlink::view {

/// "just now", "12 min ago", "5 h ago", "3 days ago"; a date after half a year. Future times (another
/// machine's clock) are "just now".
std::string ago(Time then, Time now);

}  // namespace envlink::view
