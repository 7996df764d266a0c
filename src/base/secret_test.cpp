#include "base/secret.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace envlink {
namespace {

static_assert(!fmt::is_formattable<Secret>::value, "a secret cannot be formatted");
static_assert(!std::equality_comparable<Secret>, "a secret cannot be compared");
static_assert(!std::convertible_to<Secret, std::string> && !std::convertible_to<Secret, std::string_view>,
              "a secret cannot be taken out");
static_assert(!std::convertible_to<std::string, Secret>, "nothing becomes a secret by accident");

/// Storage for a Secret that stays readable after it is destroyed. A short text lies inside the object.
struct Cell {
  alignas(Secret) std::array<std::byte, sizeof(Secret)> bytes{};
  bool holds(std::string_view text) const {
    return memmem(bytes.data(), bytes.size(), text.data(), text.size()) != nullptr;
  }
};

TEST_CASE("A secret is overwritten when it is destroyed") {
  Cell cell;
  auto* secret = new (cell.bytes.data()) Secret("rnd_hunter2");
  REQUIRE(cell.holds("hunter2"));
  secret->~Secret();
  CHECK_FALSE(cell.holds("hunter2"));
  CHECK_FALSE(cell.holds("unter2"));
}

TEST_CASE("A moved-from secret leaves nothing behind") {
  Cell cell;
  auto* secret = new (cell.bytes.data()) Secret("rnd_hunter2");
  const Secret other = std::move(*secret);
  secret->~Secret();
  CHECK_FALSE(cell.holds("unter2"));
  CHECK_FALSE(other.empty());
}

TEST_CASE("Assigning to a secret overwrites the old value") {
  Cell cell;
  auto* secret = new (cell.bytes.data()) Secret("rnd_hunter2");
  *secret = Secret("new");
  CHECK_FALSE(cell.holds("unter2"));
  secret->~Secret();
}

}  // namespace
}  // namespace envlink
