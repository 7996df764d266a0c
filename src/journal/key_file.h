#pragma once
// A key of this machine: random bytes in a file of their own, mode 0600, beside the journal and never in it.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace envlink::journal {

/// Overwritten at its end.
struct KeyBytes {
  static constexpr std::size_t size = 32;

  KeyBytes() = default;
  KeyBytes(const KeyBytes&) = delete;
  KeyBytes& operator=(const KeyBytes&) = delete;
  ~KeyBytes();

  std::array<unsigned char, size> bytes{};
};

struct KeyFile {
  std::string_view name;  // in its folder
  std::string_view what;  // "key of digests"
  std::string_view cure;  // what to do where it cannot be used, and what that loses; {0} stands for its path

  std::string path_in(const std::string& directory) const;
  /// Loads it, or makes it where there is none. Processes that do so at once get the same key. An error where
  /// the file is of another size, belongs to somebody else or can be read by others.
  Result<std::shared_ptr<const KeyBytes>> open(const std::string& directory) const;
  /// Makes nothing. Null: there is none.
  Result<std::shared_ptr<const KeyBytes>> find(const std::string& directory) const;
};

}  // namespace envlink::journal
