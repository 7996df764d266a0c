#pragma once
// The stored form of a history.

#include <string>
#include <string_view>

#include "base/error.h"
#include "plan/history.h"

namespace envlink::plan {

std::string to_json(const History& history);
/// An empty text gives an empty history.
Result<History> history_from_json(std::string_view text);

}  // namespace envlink::plan
