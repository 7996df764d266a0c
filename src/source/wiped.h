#pragma once
// Bytes on their way to a Secret: overwritten at their end.

#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace envlink::source {

struct Wiped {
  /// As long as no more than `room` bytes are put into it, it does not move and so leaves no copy behind.
  explicit Wiped(std::size_t room) { text.reserve(room); }
  Wiped(Wiped&& other) noexcept : text(std::move(other.text)) {}
  Wiped& operator=(Wiped&&) = delete;
  ~Wiped() { explicit_bzero(text.data(), text.capacity()); }

  std::string text{};
};

}  // namespace envlink::source
