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

/// The class that gives a colour its colour; empty for a plain one.
std::string_view class_of(Colour colour);

/// A sign as a drawing of 12 by 12; the words beside it say the same.
std::string icon(Symbol mark, Colour colour);

}  // namespace envlink::view::html
