#pragma once
// Writes JSON text front to back. A reply is written once and never looked at again, so no tree is built.

#include <cstdint>
#include <string>
#include <string_view>

namespace envlink::emulator {

class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { text_ += '}'; }
  void begin_array() { open('['); }
  void end_array() { text_ += ']'; }
  void key(std::string_view name);
  /// Bytes that are no UTF-8 become U+FFFD: a reply is valid JSON whatever came in.
  void string(std::string_view value);
  void number(std::int64_t value);
  void boolean(bool value);
  void null();

  void member(std::string_view name, std::string_view value) { key(name), string(value); }
  void member(std::string_view name, const char* value) { key(name), string(value); }
  void member(std::string_view name, std::int64_t value) { key(name), number(value); }
  void member(std::string_view name, int value) { key(name), number(value); }
  void member(std::string_view name, bool value) { key(name), boolean(value); }

  std::string take() { return std::move(text_); }

 private:
  void separate();
  void open(char bracket);
  std::string text_;
};

}  // namespace envlink::emulator
