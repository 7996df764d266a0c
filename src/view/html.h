#pragma once
// Text of any origin as HTML. Whatever goes into a page goes through here.

#include <cstddef>
#include <string>
#include <string_view>

#include "view/style.h"

namespace envlink::view::html {

/// Bounded, without control characters and API keys, and escaped: for the inside of an element or of a quoted
/// attribute.
std::string text(std::string_view text, std::size_t limit = 200);

/// As an identifier: `text`, set so.
std::string code(std::string_view text);
/// HTML that explains and may be passed over.
std::string soft(std::string_view html);
/// A term of a list and what it is; nothing where that is empty.
std::string fact(std::string_view term, const std::string& html);
/// `id` is a word of the page's own.
std::string section(std::string_view id, std::string_view title, const std::string& html);

/// The class that gives a colour its colour; empty for a plain one.
std::string_view class_of(Colour colour);

/// A sign as a drawing of 12 by 12; the words beside it say the same.
std::string icon(Symbol mark, Colour colour);

}  // namespace envlink::view::html
