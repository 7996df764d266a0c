#include "source/wiped.h"

#include <doctest/doctest.h>

#include <array>
#include <new>
#include <string_view>

namespace envlink::source {
namespace {

/// Whose bytes stay readable after the end of the Wiped in it. A short text lies inside the object.
struct Cell {
  alignas(Wiped) std::array<char, sizeof(Wiped)> bytes{};
  bool holds(std::string_view text) const {
    return std::string_view(bytes.data(), bytes.size()).find(text) != std::string_view::npos;
  }
};

TEST_CASE("what is on its way to a secret is overwritten at its end, also where it was moved on") {
  Cell cell;
  auto* first = new (cell.bytes.data()) Wiped(0);
  first->text = "hunter2";
  REQUIRE(cell.holds("hunter2"));
  SUBCASE("at its end") {}
  SUBCASE("moved on") {
    const Wiped other = std::move(*first);
    CHECK(other.text == "hunter2");
  }
  first->~Wiped();
  CHECK_FALSE(cell.holds("unter2"));
}

TEST_CASE("it stays where it is up to the room it was given") {
  Wiped bytes(1000);
  const char* before = bytes.text.data();
  bytes.text.append(1000, 'x');
  CHECK(bytes.text.data() == before);
}

}  // namespace
}  // namespace envlink::source
