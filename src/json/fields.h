#pragma once
// How a struct is written and read as JSON: its fields, listed once. The function is in the struct's
// namespace and also accepts a constant one:
//
//   void fields(auto& visit, json::Like<Span> auto& span) {
//     visit("from", span.from);
//     visit.if_any("note", span.note);
//   }
//
//              written                                       read
//   visit      always; an unset optional is left out         required, unless it is an optional
//   later      the same                                      keeps its default if missing: the field was
//                                                            added after texts were stored without it
//   if_any     left out if empty, zero or unset              keeps its default if missing
//   or_null    null if empty, zero or unset                  keeps its default if null or missing
//
// A field is a text, an id, a number, a bool, a Time (RFC 3339), a Duration (whole microseconds), an
// enumeration with words (base/words.h), a struct with fields, or an optional or a list of these.
// `visit.reads` is true while reading.

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/id.h"

namespace envlink::json {

/// `Struct`, const or not.
template <class T, class Struct>
concept Like = std::same_as<std::remove_const_t<T>, Struct>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

/// Whether it is empty, zero or unset.
template <class T>
bool is_none(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string_view(value).empty();
  } else if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else if constexpr (requires { value.has_value(); }) {
    return !value.has_value();
  } else {
    return value == T{};
  }
}

}  // namespace envlink::json
