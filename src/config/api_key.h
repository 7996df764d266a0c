#pragma once
// The text of an API key as people paste it.

#include <string>
#include <string_view>

#include "base/error.h"

namespace envlink::config {

/// Without the blanks, line breaks and quotes around it. Refused when what is left cannot go into a header;
/// the message names the source and never shows the key.
Result<std::string> usable_key(std::string_view text, const std::string& source);

}  // namespace envlink::config
