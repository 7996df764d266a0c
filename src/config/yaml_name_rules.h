#pragma once
// What envlink.yaml can hold, asked of its own parser.

#include <string>

namespace envlink::config {

/// Whether the text may stand in a list of names or keys.
bool may_be_word(const std::string& text);
/// Whether a group or a service may be named so: as before, and a key that begins with `x-` is the user's
/// own.
bool may_be_name(const std::string& text);
bool may_be_group_id(const std::string& text);
bool may_be_service_id(const std::string& text);

}  // namespace envlink::config
