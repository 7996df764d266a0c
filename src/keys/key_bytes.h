#pragma once
// The bytes of a secret key.

#include <array>
#include <cstddef>

namespace envlink::keys {

/// Throws std::runtime_error if libsodium finds no source of randomness: nothing here works without one.
void begin_library();

/// Overwritten when destroyed.
struct KeyBytes {
  static constexpr std::size_t size = 32;

  KeyBytes() { begin_library(); }
  KeyBytes(const KeyBytes&) = delete;
  KeyBytes& operator=(const KeyBytes&) = delete;
  ~KeyBytes();

  std::array<unsigned char, size> bytes{};
};

}  // namespace envlink::keys
