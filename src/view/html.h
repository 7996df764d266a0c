#pragma once
// Text from any source as HTML. Everything on a page goes through these functions.

#include <cstddef>
#include <string>
#include <string_view>

#include "view/style.h"

namespace envlink::view::html {

/// Shortened, escaped, and without control characters and API keys: for the content of an element or a
/// quoted attribute.
std::string text(std::string_view text, std::size_t limit = 200);

/// Like `text`, formatted as an identifier.
std::string code(std::string_view text);
/// HTML for an explanation, less prominent.
std::string soft(std::string_view html);
/// A term and its description; empty if the description is.
std::string fact(std::string_view term, const std::string& html);
/// `id` must be a literal of the program.
std::string section(std::string_view id, std::string_view title, const std::string& html);

/// The CSS class of a colour; empty for plain.
std::string_view class_of(Colour colour);

/// A symbol as a drawing of 12 by 12, hidden from screen readers: the text next to it says the same.
std::string icon(Symbol mark, Colour colour);

}  // namespace envlink::view::html
