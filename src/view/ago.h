#pragma once
// How long ago something was, for people. JSON keeps the time itself.

#include <string>

#include "base/time.h"

namespace envlink::view {

/// "just now", "12 min ago", "5 h ago", "3 days ago"; from half a year on the day. What lies ahead, by
/// another clock, is "just now".
std::string ago(Time then, Time now);

}  // namespace envlink::view
