#include <doctest/doctest.h>

#include <algorithm>

#include "api/replies.h"

namespace envlink::api {
namespace {

using model::Facts;

TEST_CASE("a variable is read as its key and, if its value is visible, facts and a fingerprint") {
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

/// A readable substitute for a digest: its arguments.
model::ValueDigest legible(model::ValueKind kind, std::string_view name, std::string_view value) {
  model::ValueDigest::Bytes bytes{};
  const std::string text = std::string(word(kind)) + "/" + std::string(name) + "/" + std::string(value);
  std::copy_n(text.begin(), std::min(text.size(), bytes.size()), bytes.begin());
  return model::ValueDigest(bytes);
}

TEST_CASE("if digests are kept, every visible value gets one, by its kind and name") {
  const auto variable = [](std::string_view name, std::string_view value) {
    return legible(model::ValueKind::variable, name, value);
  };
  const Response response{
      .status = 200, .headers = {}, .body = R"({"id":"evg-1","name":"g","serviceLinks":[],"envVars":[
      {"key":"A","value":"1"},{"key":"EMPTY","value":""},{"key":"NULL","value":null}],"secretFiles":[
      {"name":"ca.pem","content":"c"},{"name":"hidden"}]})"};
  const auto group = parse_group(response, nullptr, legible);
  REQUIRE(group);
  CHECK(group->variables->at(0).digest == variable("A", "1"));
  CHECK(group->variables->at(1).digest == variable("EMPTY", ""));
  CHECK_FALSE(group->variables->at(2).digest);
  CHECK(group->secret_files == std::vector<std::string>{"ca.pem", "hidden"});
  REQUIRE(group->secret_file_digests.size() == 1);
  CHECK(group->secret_file_digests.at("ca.pem") == legible(model::ValueKind::secret_file, "ca.pem", "c"));

  // A mask is not a value, and if all are shown as empty, none is.
  const auto hidden = parse_group(
      {.status = 200, .headers = {}, .body = R"({"id":"evg-1","name":"g","serviceLinks":[],"envVars":[
      {"key":"A","value":"********"},{"key":"B","value":"2"}],"secretFiles":[{"name":"f","content":"[redacted]"}]})"},
      nullptr, legible);
  CHECK_FALSE(hidden->variables->at(0).digest);
  CHECK(hidden->variables->at(1).digest == variable("B", "2"));
  CHECK(hidden->secret_file_digests.empty());
  const auto all_empty = parse_group(
      {.status = 200, .headers = {}, .body = R"({"id":"evg-1","name":"g","serviceLinks":[],"envVars":[
      {"key":"A","value":""},{"key":"B","value":""}]})"},
      nullptr, legible);
  CHECK_FALSE(all_empty->variables->at(0).digest);

  const auto own = parse_variables(
      {.status = 200, .headers = {}, .body = R"([{"envVar":{"key":"A","value":"1"}}])"}, nullptr, legible);
  CHECK(own->items.at(0).digest == variable("A", "1"));

  const auto without = parse_group(response);
  CHECK_FALSE(without->variables->at(0).digest);
  CHECK(without->secret_file_digests.empty());
}

}  // namespace
}  // namespace envlink::api
