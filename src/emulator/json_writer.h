#pragma once
// Writes JSON text front to back. A reply is written once and never looked at again, so no tree is built.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace envlink::emulator {

class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// A word of ours: it is written as it is.
  void key(std::string_view name);
  /// The same of a literal, whose length the compiler knows.
  template <std::size_t size>
  void key(const char (&name)[size]) {
    char* out = room(size + 3);
    char* const begin = out;
    if (comma_due_) *out++ = ',';
    *out++ = '"';
    out = std::copy_n(name, size - 1, out);
    *out++ = '"';
    *out++ = ':';
    size_ += static_cast<std::size_t>(out - begin);
    comma_due_ = false;
  }
  /// Bytes that are no UTF-8 become U+FFFD: a reply is valid JSON whatever came in.
  void string(std::string_view value);
  /// Of ours and nothing but ASCII without quotes: it is written as it is.
  void word(std::string_view value);
  void number(std::int64_t value);
  void boolean(bool value);
  void null();
  /// A whole value, as it is.
  void json(std::string_view value) {
    separate();
    put(value);
  }

  template <class Name>
  void member(const Name& name, std::string_view value) {
    key(name), string(value);
  }
  template <class Name>
  void member(const Name& name, const char* value) {
    key(name), string(value);
  }
  template <class Name>
  void member(const Name& name, std::int64_t value) {
    key(name), number(value);
  }
  template <class Name>
  void member(const Name& name, int value) {
    key(name), number(value);
  }
  template <class Name>
  void member(const Name& name, bool value) {
    key(name), boolean(value);
  }

  std::string take() {
    text_.resize(size_);
    return std::move(text_);
  }

 private:
  /// Where the next `more` bytes go.
  char* room(std::size_t more) {
    if (size_ + more > text_.size()) grow(more);
    return text_.data() + size_;
  }
  void grow(std::size_t more);
  void put(char c) {
    *room(1) = c;
    ++size_;
  }
  void put(std::string_view plain);
  void put_escaped(std::string_view value);
  /// Called before a value or a key: the comma, where one is due.
  void separate() {
    if (comma_due_) put(',');
    comma_due_ = true;
  }
  void open(char bracket) {
    separate();
    put(bracket);
    comma_due_ = false;
  }
  void close(char bracket) {
    put(bracket);
    comma_due_ = true;
  }
  std::string text_;  // longer than what is written: growing byte by byte costs more than writing
  std::size_t size_ = 0;
  bool comma_due_ = false;
};

}  // namespace envlink::emulator
