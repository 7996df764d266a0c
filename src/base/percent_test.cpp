#include "base/percent.h"

#include <doctest/doctest.h>

namespace envlink {

TEST_CASE("Percent-encoding leaves only what every server reads as itself") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode(" +/%?&=#") == "%20%2B%2F%25%3F%26%3D%23");
  CHECK(percent_encode("é\xFF") == "%C3%A9%FF");
  CHECK(percent_encode(std::string_view("\0\n", 2)) == "%00%0A");
}

TEST_CASE("What is to be kept is kept, and the rest is encoded all the same") {
  CHECK(percent_encode("/a b?c", "/?") == "/a%20b?c");
}

}  // namespace envlink
