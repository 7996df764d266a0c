#include <doctest/doctest.h>

#include "api/replies.h"

namespace envlink::api {
namespace {

Response reply(std::string body) {
  return {.status = 200, .body = std::move(body)};
}

TEST_CASE("An environment is read in the recorded format, with null for empty lists") {
  const auto environment = parse_environment(reply(
      R"({"databasesIds":null,"envGroupIds":null,"id":"evm-1","name":"prod","networkIsolationEnabled":false,
                "projectId":"prj-1","protectedStatus":"protected","redisIds":["red-1"],"serviceIds":null})"));
  REQUIRE(environment);
  CHECK(*environment == model::Environment{"prod", true, ""});
  CHECK(parse_environment(reply(R"({"id":"evm-1","protectedStatus":"unprotected"})"))->is_protected == false);
}

TEST_CASE("A missing or unknown protection status is not guessed") {
  for (const char* body : {R"({"id":"evm-1"})", R"({"id":"evm-1","protectedStatus":"locked"})",
                           R"({"id":"evm-1","protectedStatus":true})"}) {
    CHECK(parse_environment(reply(body))->is_protected == std::nullopt);
  }
  CHECK_FALSE(parse_environment(reply(R"({"protectedStatus":"protected"})")));
  CHECK_FALSE(parse_environment(reply("[]")));
}

TEST_CASE("A single service is read like one in a list") {
  const auto service =
      parse_service(reply(R"({"id":"srv-1","name":"pr","serviceDetails":{"parentServer":{"id":"srv-2"}}})"));
  REQUIRE(service);
  CHECK(service->preview);
  CHECK(service->name == "pr");
}

}  // namespace
}  // namespace envlink::api
