#include "base/wipe.h"

#include <doctest/doctest.h>

#include <string>

namespace envlink {

TEST_CASE("the given bytes are overwritten, and no others") {
  std::string text = "a secret!";
  wipe(text.data() + 2, 6);
  CHECK(text == "a " + std::string(6, '\0') + "!");
  wipe(nullptr, 0);
}

}  // namespace envlink
