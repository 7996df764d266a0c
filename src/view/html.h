#pragma once
// Text of any origin as HTML. Whatever goes into a page goes through here.

#include <cstddef>
#include <string>
#include <string_view>

#include "view/colour.h"
#include "view/marks.h"

namespace envlink::view::html {

/// Bounded, without control characters and API keys, and escaped: for the inside of an element or of a quoted
/// attribute.
std::string text(std::string_view text, std::size_t limit = 200);

/// The class that gives a tone its colour; empty for a plain one.
std::string_view class_of(Tone tone);

/// A sign as a drawing of 12 by 12; the words beside it say the same.
std::string icon(Mark mark, Tone tone);

}  // namespace envlink::view::html
