#pragma once
// How a struct stands in JSON: its fields, listed once, for writing and for reading. The function stands in
// the namespace of the struct, and works on a constant one too:
//
//   void fields(auto& visit, json::Like<Span> auto& span) {
//     visit("from", span.from);
//     visit.if_any("note", span.note);
//   }
//
//              written                                       read
//   visit      always; an optional that is unset: left out   must be there, unless it is an optional
//   later      the same                                      keeps its default where it is missing: a field
//                                                            that came after texts were stored without it
//   if_any     left out when empty, zero or unset            keeps its default where it is missing
//   or_null    null when empty, zero or unset                keeps its default where it is null or missing
//
// A field is a text, an id, a number, a truth, a Time (RFC 3339), a Duration (whole microseconds), an
// enumeration with words (base/words.h), a struct with fields, or an optional or a list of these.
// `visit.reads` tells which of the two is going on.

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/id.h"

namespace envlink::json {

/// `Struct`, constant or not.
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

/// Is there nothing in it: empty, zero or unset?
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
