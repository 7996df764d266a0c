#include "model/value_digest.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace envlink::model {
namespace {

template <class T>
concept Ordered = requires(const T& a, const T& b) { a < b; };

TEST_CASE("A digest is stored as 64 hexadecimal digits") {
  ValueDigest::Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i * 9);
  const ValueDigest digest(bytes);
  CHECK(digest.hex() == "0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc050e17");
}

TEST_CASE("A digest can be compared and stored, but not printed or ordered") {
  static_assert(!fmt::is_formattable<ValueDigest>::value);
  static_assert(!Ordered<ValueDigest>);
}

}  // namespace
}  // namespace envlink::model
