#include "model/value_digest.h"

#include <fmt/format.h>

#include <charconv>

namespace envlink::model {

std::optional<ValueDigest> ValueDigest::from_hex(std::string_view hex) {
  Bytes bytes{};
  if (hex.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* end = hex.data() + 2 * i + 2;
    const auto read = std::from_chars(end - 2, end, bytes[i], 16);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  }
  ValueDigest digest(bytes);
  if (digest.hex() != hex) return std::nullopt;  // capitals
  return digest;
}

std::string ValueDigest::hex() const {
  return fmt::format("{:02x}", fmt::join(bytes_, ""));
}

}  // namespace envlink::model
