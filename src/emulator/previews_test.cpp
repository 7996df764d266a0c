#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Workspace with_image() {
  Workspace workspace = small_workspace();
  workspace.services[0].image = true;
  workspace.services[0].variables = {{"LOG_LEVEL", "info"}};
  workspace.groups[0].links = {"api"};
  workspace.services.push_back(service("srv-git", "git"));
  workspace.services.push_back(service("crn-night", "night"));
  workspace.services[2].type = model::ServiceType::cron_job;
  workspace.services[2].image = true;
  return workspace;
}

constexpr std::string_view path = "/services/srv-api/preview";
constexpr std::string_view next_image = R"({"imagePath":"docker.io/example/api:next"})";

TEST_CASE("a preview of an image has its base's settings, values and links, and deploys the image") {
  Client client(with_image());
  const auto reply =
      client.post(path, R"({"imagePath":"docker.io/example/api:next","name":"try","plan":"pro"})");
  REQUIRE(reply.status == 200);
  const auto made = boost::json::parse(reply.body);
  const auto& shown = made.at("service");
  const std::string preview = "/services/" + text(shown, "id");
  CHECK(text(shown, "name") == "try");
  CHECK(text(shown, "imagePath") == "docker.io/example/api:next");
  CHECK(text(shown.at("serviceDetails"), "plan") == "pro");
  CHECK(text(shown.at("serviceDetails").at("parentServer"), "id") == "srv-api");
  CHECK(client.read(preview + "/env-vars").at(0).at("envVar").at("value") == "info");
  CHECK(client.world.is_linked("evg-secrets", text(shown, "id")));
  client.pass(seconds(20));
  const auto deploy = client.read(preview + "/deploys/" + text(made, "deployId"));
  CHECK(text(deploy, "status") == "live");
  CHECK(text(deploy.at("image"), "ref") == "docker.io/example/api:next");
  CHECK(text(client.read("/services/srv-api"), "imagePath") == "docker.io/example/api:latest");
  CHECK(client.read("/services?includePreviews=false").as_array().size() == 3);
}

TEST_CASE("a preview without a name is named after its tag, which may be given alone with the image") {
  const std::pair<std::string, std::string> rows[] = {{"docker.io/example/api:next", "api-next"},
                                                      {"example/api:next", "api-next"},
                                                      {"api@sha256:0123456789abcdef", "api-0123456789ab"},
                                                      {"api", "api-latest"}};
  for (const auto& [image, name] : rows) {
    CAPTURE(image);
    Client client(with_image());
    const std::string body = R"({"imagePath":")" + image + "\"}";
    const auto made = boost::json::parse(client.post(path, body).body);
    CHECK(text(made.at("service"), "name") == name);
    CHECK(text(made.at("service"), "imagePath") ==
          "docker.io/example/api" + image.substr(image.find("api") + 3));
    CHECK(client.post(path, body).status == 400);
  }
}

TEST_CASE("a preview of another image is refused") {
  Client client(with_image());
  for (const std::string_view image :
       {"", ":next", "web:next", "other/api:next", "pi:next", "ghcr.io/example/api"}) {
    CAPTURE(image);
    CHECK(client.post(path, R"({"imagePath":")" + std::string(image) + "\"}").status == 400);
  }
}

TEST_CASE("services that do not deploy an image, cron jobs and previews have no previews") {
  Client client(with_image());
  CHECK(client.post("/services/srv-git/preview", next_image).status == 400);
  CHECK(client.post("/services/crn-night/preview", next_image).status == 400);
  CHECK(client.post(path, "{}").status == 400);
  CHECK(client.post(path, R"({"imagePath":"api:a","plan":"huge"})").status == 400);
  CHECK(client.post(path, R"({"imagePath":"api:a","name":"api"})").status == 400);
  const auto made = boost::json::parse(client.post(path, next_image).body);
  CHECK(client.post("/services/" + text(made.at("service"), "id") + "/preview", next_image).status == 400);
}

}  // namespace
}  // namespace envlink::emulator::test
