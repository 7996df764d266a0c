#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

using namespace envlink;
using namespace envlink::emulator;

TEST_CASE("an environment lists its content, null if empty, and whether it is protected") {
  Workspace workspace = test::small_workspace();
  workspace.environments = {{.id = "evm-1", .name = "production", .is_protected = true},
                            {.id = "evm-2", .name = "staging"}};
  workspace.services[0].environment = "evm-1";
  test::Client client(std::move(workspace));
  const auto production = client.read("/environments/evm-1");
  CHECK(test::text(production, "name") == "production");
  CHECK(test::text(production, "protectedStatus") == "protected");
  CHECK(production.at("serviceIds").as_array().size() == 1);
  CHECK(production.at("envGroupIds").is_null());
  const auto staging = client.read("/environments/evm-2");
  CHECK(test::text(staging, "protectedStatus") == "unprotected");
  CHECK(staging.at("serviceIds").is_null());
}

TEST_CASE("an unknown environment is 404") {
  test::Client client;
  CHECK(client.get("/environments/evm-1").status == 404);
}
