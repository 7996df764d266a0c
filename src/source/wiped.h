#pragma once
// Bytes that will become a Secret, overwritten when destroyed.

#include <cstddef>
#include <string>
#include <utility>

#include "base/wipe.h"

namespace envlink::source {

struct Wiped {
  /// Text of up to `room` bytes is never reallocated, so no copy is left behind.
  explicit Wiped(std::size_t room) { text.reserve(room); }
  Wiped(Wiped&& other) noexcept : text(std::move(other.text)) {}
  Wiped& operator=(Wiped&&) = delete;
  ~Wiped() { wipe(text.data(), text.capacity()); }

  std::string text{};
};

}  // namespace envlink::source
