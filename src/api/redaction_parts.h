#pragma once
// What of a value is worth hiding by itself. Private to this room.

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace envlink::api {

/// False for fewer than 4 characters, numbers of fewer than 5 digits, and words like true or production.
/// Whatever is in doubt is masked.
bool is_worth_masking(std::string_view value);

/// The value, and what programs take out of it and may print alone: taken apart and decoded, and the parts
/// again, up to eight times. Each once, those that are worth masking. Unset: they are too much to be masked.
std::optional<std::deque<std::string>> parts_of(std::string_view value);

/// Base64, hexadecimal digits or a token at least 32 characters long: no words, so that a piece of it is
/// recognised as well.
bool is_opaque(std::string_view text);

/// What somebody sees who may not see a value: nothing but asterisks or dots, or a word that says so.
bool is_hidden(std::string_view value);

}  // namespace envlink::api
