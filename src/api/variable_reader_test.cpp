#include <doctest/doctest.h>

#include "api/replies.h"

namespace envlink::api {
namespace {

using model::Facts;

TEST_CASE("a variable is read as its key, facts and fingerprint, where it has a value that is told") {
  const Fingerprinter one(Fingerprinter::Key{1});
  const Response response{
      .status = 200, .headers = {}, .body = R"({"id":"evg-1","name":"g","serviceLinks":[],"envVars":[
      {"key":"URL","value":"https://a"},{"key":"SAME","value":"https://a"},{"key":"EMPTY","value":""},
      {"key":"NULL","value":null},{"key":"NONE"},{"key":"NUMBER","value":5}]})"};
  const auto group = parse_group(response, &one);
  REQUIRE(group);
  const auto& variables = *group->variables;
  REQUIRE(variables.size() == 6);
  CHECK(variables[0].facts.url);
  CHECK(compare(variables[0], variables[1]) == model::Sameness::equal);
  CHECK(compare(variables[0], variables[2]) == model::Sameness::different);
  CHECK(variables[2].facts.empty);
  for (std::size_t i = 3; i < 6; ++i) {
    CHECK(variables[i].facts == Facts{});
    CHECK(compare(variables[0], variables[i]) == model::Sameness::unknown);
  }
  const auto unmarked = parse_group(response);
  CHECK_FALSE(unmarked->variables->at(0).fingerprint);
  CHECK(unmarked->variables->at(0).facts.url);
}

}  // namespace
}  // namespace envlink::api
