#include "source/wiped.h"

#include <doctest/doctest.h>

#include <array>
#include <new>
#include <string_view>

namespace envlink::source {
namespace {

/// Storage that stays readable after the Wiped in it was destroyed. A short text lies inside the object.
struct Cell {
  alignas(Wiped) std::array<char, sizeof(Wiped)> bytes{};
  bool holds(std::string_view text) const {
    return std::string_view(bytes.data(), bytes.size()).find(text) != std::string_view::npos;
  }
};

TEST_CASE("a Wiped overwrites its bytes when destroyed, and when moved from") {
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

TEST_CASE("a Wiped does not reallocate up to its capacity") {
  Wiped bytes(1000);
  const char* before = bytes.text.data();
  bytes.text.append(1000, 'x');
  CHECK(bytes.text.data() == before);
}

}  // namespace
}  // namespace envlink::source
