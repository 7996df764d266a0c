#include "base/mask_keys.h"

#include <doctest/doctest.h>

using namespace envlink;

TEST_CASE("What looks like an API key is masked anywhere in the text") {
  CHECK(mask_keys("Bearer rnd_AbC-12_3, again rnd_x") == "Bearer rnd_***, again rnd_***");
  CHECK(mask_keys("keyrnd_abc\"") == "keyrnd_***\"");
  CHECK(mask_keys("rnd_rnd_abc") == "rnd_***");
  CHECK(mask_keys(mask_keys("rnd_abc")) == "rnd_***");
  CHECK(mask_keys("the prefix rnd_ alone") == "the prefix rnd_ alone");
  CHECK(mask_keys("").empty());
}

TEST_CASE("What looks like the key of a store is masked") {
  CHECK(mask_keys("ENVLINK_STORE_KEY=envlink-store-key-Ab_9-x.") ==
        "ENVLINK_STORE_KEY=envlink-store-key-***.");
  CHECK(mask_keys("it begins with envlink-store-key-, and") == "it begins with envlink-store-key-, and");
}

TEST_CASE("The password in the address of a database is masked, and the rest of the address is not") {
  struct Row {
    std::string text;
    std::string masked;
  };
  const Row rows[] = {
      {"to postgres://ada:hunter2@db:5432/envlink failed", "to postgres://ada:***@db:5432/envlink failed"},
      {"'postgresql://ada:hunter2@db/envlink'", "'postgresql://ada:***@db/envlink'"},
      {"postgres://ada:a postgres://eve:b@db", "postgres://ada:*** postgres://eve:***@db"},
      {"postgres://:hunter2@db", "postgres://:***@db"},
      {"postgres://ada:h@u/n?t@db/envlink", "postgres://ada:***@db/envlink"},
      {"postgres://ada:hunt", "postgres://ada:***"},
      {"postgres://db/envlink?user=ada&password=hunter2&sslmode=require",
       "postgres://db/envlink?user=ada&password=***&sslmode=require"},
      {"postgres://db?sslpassword=hunter2", "postgres://db?sslpassword=***"},
      {"postgres://ada@db:5432/envlink", "postgres://ada@db:5432/envlink"},
      {"postgres://ada:@db", "postgres://ada:@db"},
      {"postgres://db:5432,standby:5433/envlink", "postgres://db:5432,standby:5433/envlink"},
      {"postgres://[::1]:5432/envlink", "postgres://[::1]:5432/envlink"},
      {"postgres://", "postgres://"},
      {"https://ada:hunter2@example.com", "https://ada:hunter2@example.com"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(mask_keys(row.text) == row.masked);
    CHECK(mask_keys(mask_keys(row.text)) == row.masked);
  }
}
