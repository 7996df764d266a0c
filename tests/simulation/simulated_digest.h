#pragma once
// A digest that is fast, and good enough to distinguish values.

#include <array>
#include <cstring>
#include <functional>
#include <string_view>

#include "model/value_digest.h"

namespace envlink::simulation {

/// `key`: which key made it.
inline model::ValueDigest simulated_digest(model::ValueKind kind, std::string_view name,
                                           std::string_view value, int key) {
  const std::hash<std::string_view> hash;
  const std::array<std::size_t, 4> words = {static_cast<std::size_t>(kind), hash(name), hash(value),
                                            static_cast<std::size_t>(key)};
  model::ValueDigest::Bytes bytes{};
  static_assert(sizeof words == sizeof bytes);
  std::memcpy(bytes.data(), words.data(), sizeof bytes);
  return model::ValueDigest(bytes);
}

}  // namespace envlink::simulation
