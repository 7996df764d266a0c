#include "api/key_name.h"

#include <doctest/doctest.h>

using namespace envlink;

TEST_CASE("The name of an API key is pinned, because processes of several versions share its limits") {
  // printf 'envlink name of an API key, 1\nrnd_sesame' | sha256sum
  CHECK(api::key_name(Secret("rnd_sesame")) == "eced8d7722d816021535a3ef478fc0e7");
  CHECK(api::key_name(Secret("rnd_sesame2")) != api::key_name(Secret("rnd_sesame")));
}
