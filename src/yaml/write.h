#pragma once
// Writes text as a YAML scalar that reads back as the same text.

#include <span>
#include <string>
#include <string_view>

#include "base/place.h"

namespace envlink::yaml {

/// Plain if it can only be read as text, else in double quotes. `text` must be UTF-8.
std::string scalar(std::string_view text);
/// "[a, b]"
std::string flow_list(std::span<const SourceString> words);

}  // namespace envlink::yaml
