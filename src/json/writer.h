#pragma once
// Writes JSON front to back without building a tree. Pure.
//
//   json::Writer out;
//   out.object([&](json::Writer& run) {
//     run("number", 7);
//     run.or_null("note", note);
//     run("owner", [&](json::Writer& owner) { owner("id", id); });
//     run.list("links", links, [](json::Writer& link, const Link& one) { link("group", one.group); });
//   });
//   out.take()   // {"number":7,"note":null,"owner":{"id":"tea-1"},"links":[{"group":"evg-1"}]}
//
// A struct that has `fields(visit, x)` (json/fields.h) is written by it: `run("owner", owner)`.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/id.h"
#include "base/time.h"
#include "base/words.h"
#include "json/fields.h"

namespace envlink::json {

enum class Layout { compact, indented };  // by two

/// How text is written. Characters that could control a terminal are always escaped.
enum class Text {
  bytes,  // unchanged, even if it is not UTF-8, as in a file name: only `Limits::any_bytes` reads it
  utf8,   // invalid UTF-8 becomes U+FFFD
  shown,  // the same, and what looks like an API key is masked
};

class Writer {
 public:
  static constexpr bool reads = false;

  explicit Writer(Layout layout = Layout::compact, Text text = Text::bytes,
                  Subseconds subseconds = Subseconds::six_digits)
      : layout_(layout), text_(text), subseconds_(subseconds) {}

  /// A member of the open object. An unset optional is left out.
  template <class T>
  void operator()(std::string_view name, const T& field) {
    if constexpr (is_optional<T>) {
      if (!field) return;
    }
    key(name);
    value(field);
  }
  template <class T>
  void later(std::string_view name, const T& field) {
    (*this)(name, field);
  }
  template <class T>
  void if_any(std::string_view name, const T& field) {
    if (!is_none(field)) (*this)(name, field);
  }
  template <class T>
  void or_null(std::string_view name, const T& field) {
    key(name);
    is_none(field) ? null() : value(field);
  }
  /// A member that is an object with the fields that `each(writer, *it)` writes; null if `it` is unset.
  template <class T, class Each>
  void or_null(std::string_view name, const std::optional<T>& it, Each each) {
    key(name);
    it ? object([&](Writer& out) { each(out, *it); }) : null();
  }
  /// A member that is a list of objects, each with the fields that `each(writer, item)` writes.
  template <class Items, class Each>
  void list(std::string_view name, const Items& items, Each each) {
    key(name);
    begin_array();
    for (const auto& item : items) object([&](Writer& out) { each(out, item); });
    end_array();
  }

  /// An element of the open list, or the whole document.
  template <class T>
  void value(const T& it) {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
      null();
    } else if constexpr (std::is_same_v<T, bool>) {
      boolean(it);
    } else if constexpr (HasWords<T>) {
      string(word(it));
    } else if constexpr (std::is_enum_v<T>) {
      string(to_string(it));
    } else if constexpr (std::is_integral_v<T>) {
      integer(static_cast<std::int64_t>(it));
    } else if constexpr (std::is_floating_point_v<T>) {
      number(it);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      string(it);
    } else if constexpr (std::is_same_v<T, Time>) {
      string(rfc3339_text(it, subseconds_).view());
    } else if constexpr (std::is_same_v<T, Duration>) {
      integer(it.count());
    } else if constexpr (is_id<T>) {
      string(it.text());
    } else if constexpr (is_optional<T>) {
      it ? value(*it) : null();
    } else if constexpr (std::invocable<const T&, Writer&>) {
      object(it);
    } else if constexpr (std::ranges::range<T>) {
      begin_array();
      for (const auto& item : it) value(item);
      end_array();
    } else {
      object([&](Writer& out) { fields(out, it); });
    }
  }
  template <class Fill>
  void object(const Fill& fill) {
    open('{');
    fill(*this);
    close('}');
  }

  /// For a list that does not come from a range.
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);  // from the program itself, so nothing is escaped
  void null();

  std::string take() { return std::move(out_); }

 private:
  void string(std::string_view text);
  void integer(std::int64_t number);
  void number(double number);  // finite
  void boolean(bool truth);
  /// Writes the comma and the new line that are due before a key or a value.
  void separate();
  void new_line();
  void open(char bracket);
  void close(char bracket);

  Layout layout_;
  Text text_;
  Subseconds subseconds_;
  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;       // nothing is written yet in the open object or list
  bool after_key_ = false;  // a value must follow
};

/// One value on one line without spaces. Equal values give equal bytes.
template <class T>
std::string to_text(const T& value) {
  Writer out;
  out.value(value);
  return out.take();
}

/// A document for people and programs: API keys masked, indented, with a newline at its end.
template <class T>
std::string document(const T& value) {
  Writer out(Layout::indented, Text::shown);
  out.value(value);
  return out.take() + '\n';
}

/// The same on one line.
template <class T>
std::string document_line(const T& value) {
  Writer out(Layout::compact, Text::shown);
  out.value(value);
  return out.take() + '\n';
}

}  // namespace envlink::json
