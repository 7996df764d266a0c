#pragma once
// Text as a YAML scalar that is read back as the same text.

#include <span>
#include <string>
#include <string_view>

#include "model/desired.h"

namespace envlink::config::yaml {

/// Plain where nobody could take it for anything but text, else in double quotes. `text` must be UTF-8.
std::string scalar(std::string_view text);
/// "[a, b]"
std::string flow_list(std::span<const model::SourceString> words);

}  // namespace envlink::config::yaml
