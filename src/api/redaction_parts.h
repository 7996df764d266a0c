#pragma once
// Which parts of a value must be masked on their own. Private to this folder.

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace envlink::api {

/// False for fewer than 4 characters, numbers of fewer than 5 digits, and words like true or production. If
/// in doubt, true.
bool is_worth_masking(std::string_view value);

/// The value and the parts that programs may extract and print: split and decoded repeatedly, up to eight
/// levels. Each once, only those worth masking. Unset: too many to mask.
std::optional<std::deque<std::string>> parts_of(std::string_view value);

/// Base64, hexadecimal digits or a token of at least 32 characters: not words, so that a piece of it can be
/// recognized.
bool is_opaque(std::string_view text);

/// What Render shows instead of a hidden value: only asterisks or dots, or a word that says so.
bool is_hidden(std::string_view value);

}  // namespace envlink::api
