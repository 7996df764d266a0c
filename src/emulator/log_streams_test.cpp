#include <doctest/doctest.h>
#include <fmt/format.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view owner = "/logs/streams/owner/tea-cexample0000000000000";
constexpr std::string_view resource = "/logs/streams/resource/srv-api";
constexpr std::string_view token = "never-shown";

std::string with_token(std::string_view fields) {
  return fmt::format(R"({{"endpoint":"logs.example.com:6514","token":"{}",{}}})", token, fields);
}

TEST_CASE("the workspace's log stream is set, shown without its token, and removed") {
  Client client;
  CHECK(client.get(owner).status == 404);
  const auto put = client.send(api::Method::put, owner, with_token(R"("preview":"drop")"));
  CHECK(put.status == 200);
  CHECK(put.body ==
        R"({"endpoint":"logs.example.com:6514","ownerId":"tea-cexample0000000000000","preview":"drop"})"
        "\n");
  CHECK(client.get(owner).body == put.body);
  CHECK(client.send(api::Method::put, owner, R"({"endpoint":"a"})").status == 400);
  CHECK(client.send(api::Method::put, owner, R"({"preview":"keep"})").status == 400);
  CHECK(client.get(owner).body == put.body);
  CHECK(client.remove(owner).status == 204);
  CHECK(client.get(owner).status == 404);
  CHECK(client.send(api::Method::put, "/logs/streams/owner/tea-other", R"({"preview":"drop"})").status ==
        404);
}

TEST_CASE(
    "the workspace's log stream has a window of its own for reads and writes, those of services do not") {
  Client client;
  CHECK(*client.get(owner).header("ratelimit-limit") == "30");
  const auto put = client.send(api::Method::put, owner, R"({"preview":"drop"})");
  CHECK(*put.header("ratelimit-limit") == "30");
  CHECK(*put.header("ratelimit-remaining") == "28");
  CHECK(*client.remove(owner).header("ratelimit-remaining") == "27");
  CHECK(*client.get(resource).header("ratelimit-limit") == "400");
  CHECK(*client.send(api::Method::put, resource, R"({"setting":"drop"})").header("ratelimit-limit") == "100");
}

TEST_CASE("a service's log stream is 404 until it is set, and after it was removed") {
  Client client;
  CHECK(client.get(resource).status == 404);
  CHECK(client.get(resource).body == "{\"message\":\"not found: srv-api\"}\n");
  CHECK(client.remove(resource).status == 404);
  const auto put = client.send(api::Method::put, resource, R"({"setting":"drop"})");
  CHECK(put.status == 200);
  CHECK(put.body == R"({"endpoint":"","resourceId":"srv-api","setting":"drop"})"
                    "\n");
  CHECK(client.get(resource).body == put.body);
  CHECK(client.remove(resource).status == 204);
  CHECK(client.get(resource).status == 404);
  CHECK(client.send(api::Method::put, "/logs/streams/resource/red-1", R"({"setting":"drop"})").status == 404);
}

TEST_CASE("log streams of services are listed and filtered") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-web", "web"));
  Client client(workspace);
  client.send(api::Method::put, resource, with_token(R"("setting":"send")"));
  const auto list = client.read("/logs/streams/resource");
  REQUIRE(list.as_array().size() == 1);
  CHECK(text(list.at(0), "resourceId") == "srv-api");
  CHECK(client.read("/logs/streams/resource?setting=send&resourceId=srv-api").as_array().size() == 1);
  CHECK(client.read("/logs/streams/resource?setting=drop").as_array().empty());
  CHECK(client.read("/logs/streams/resource?logStreamId=lgs-1").as_array().empty());
  CHECK(client.get("/logs/streams/resource?setting=keep").status == 400);
}

TEST_CASE("a token is not in the state") {
  Client client;
  client.send(api::Method::put, owner, with_token(R"("preview":"send")"));
  client.send(api::Method::put, resource, with_token(R"("setting":"send")"));
  for (const std::string_view path : {owner, resource, std::string_view("/logs/streams/resource")}) {
    const auto reply = client.get(path);
    CHECK(reply.body.find("logs.example.com") != std::string::npos);
    CHECK(reply.body.find(token) == std::string::npos);
  }
  CHECK(client.world.state_json(client.now).find(token) == std::string::npos);
}

}  // namespace
}  // namespace envlink::emulator::test
