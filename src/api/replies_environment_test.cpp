#include <doctest/doctest.h>

#include "api/replies.h"

namespace envlink::api {
namespace {

Response reply(std::string body) {
  return {.status = 200, .body = std::move(body)};
}

TEST_CASE("An environment is read as Render was recorded to tell it, empty lists being null") {
  const auto environment = parse_environment(reply(
      R"({"databasesIds":null,"envGroupIds":null,"id":"evm-1","name":"prod","networkIsolationEnabled":false,
                "projectId":"prj-1","protectedStatus":"protected","redisIds":["red-1"],"serviceIds":null})"));
  REQUIRE(environment);
  CHECK(*environment == model::Environment{"prod", true, ""});
  CHECK(parse_environment(reply(R"({"id":"evm-1","protectedStatus":"unprotected"})"))->is_protected == false);
}

TEST_CASE("A protection that is missing or in other words is not known") {
  for (const char* body : {R"({"id":"evm-1"})", R"({"id":"evm-1","protectedStatus":"locked"})",
                           R"({"id":"evm-1","protectedStatus":true})"}) {
    CHECK(parse_environment(reply(body))->is_protected == std::nullopt);
  }
  CHECK_FALSE(parse_environment(reply(R"({"protectedStatus":"protected"})")));
  CHECK_FALSE(parse_environment(reply("[]")));
}

TEST_CASE("A service on its own is read as it is in a list") {
  const auto service =
      parse_service(reply(R"({"id":"srv-1","name":"pr","serviceDetails":{"parentServer":{"id":"srv-2"}}})"));
  REQUIRE(service);
  CHECK(service->preview);
  CHECK(service->name == "pr");
}

}  // namespace
}  // namespace envlink::api
