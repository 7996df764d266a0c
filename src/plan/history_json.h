#pragma once
// A history as the store keeps it.

#include <string>
#include <string_view>

#include "base/error.h"
#include "plan/history.h"

namespace envlink::plan {

std::string to_json(const History& history);
/// Of an empty text: nothing is known yet.
Result<History> history_from_json(std::string_view text);

}  // namespace envlink::plan
