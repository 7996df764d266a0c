#pragma once
// Clickable addresses in a terminal (OSC 8).

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "view/style.h"

namespace envlink::view {

/// The text with its https addresses marked as links, if the style has links. Shortened ones are not
/// marked.
std::string linked(std::string_view text, const Style& style);

using Variables = std::function<std::optional<std::string>(const std::string& name)>;
/// Whether a terminal with these environment variables supports links; others may print the escape codes.
/// FORCE_HYPERLINK=1 or 0 overrides this.
bool terminal_knows_links(const Variables& environment);

}  // namespace envlink::view
