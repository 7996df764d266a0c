#pragma once
// Addresses that a terminal opens with a click (OSC 8).

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "view/style.h"

namespace envlink::view {

/// The same text, its https addresses marked as links where the style has links. One that was cut is none.
std::string linked(std::string_view text, const Style& style);

using Variables = std::function<std::optional<std::string>(const std::string& name)>;
/// Whether a terminal with these environment variables knows links: one that does not may print the marks.
/// FORCE_HYPERLINK=1 or 0 says so or otherwise.
bool terminal_knows_links(const Variables& environment);

}  // namespace envlink::view
