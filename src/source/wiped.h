#pragma once
// Bytes that will become a Secret, overwritten when destroyed.

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace envlink::source {

struct Wiped {
  /// Up to `room` bytes it never reallocates, and so leaves no copy behind.
  explicit Wiped(std::size_t room) { text.reserve(room); }
  Wiped(Wiped&& other) noexcept : text(std::move(other.text)) {}
  Wiped& operator=(Wiped&&) = delete;
  ~Wiped() { explicit_bzero(text.data(), text.capacity()); }

  std::string text{};
};

}  // namespace envlink::source
