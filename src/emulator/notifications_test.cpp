#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view owner = "/notification-settings/owners/tea-cexample0000000000000";
constexpr std::string_view override_path = "/notification-settings/overrides/services/srv-api";

TEST_CASE("the workspace's notification settings are changed field by field") {
  Client client;
  CHECK(client.get(owner).body ==
        R"({"emailEnabled":true,"notificationsToSend":"failure","ownerId":"tea-cexample0000000000000",)"
        R"("previewNotificationsEnabled":false,"slackEnabled":false})"
        "\n");
  CHECK(client.send(api::Method::patch, owner, "{}").body == client.get(owner).body);
  const auto changed =
      client.send(api::Method::patch, owner, R"({"notificationsToSend":"none","emailEnabled":false})");
  CHECK(changed.status == 200);
  const auto shown = client.read(owner);
  CHECK(text(shown, "notificationsToSend") == "none");
  CHECK_FALSE(shown.at("emailEnabled").as_bool());
  CHECK_FALSE(shown.at("previewNotificationsEnabled").as_bool());
  CHECK(client.send(api::Method::patch, owner, R"({"notificationsToSend":"default"})").status == 400);
  CHECK(client.get("/notification-settings/owners/tea-other").status == 404);
}

TEST_CASE("a service's override changes its notifyOnFail") {
  Client client;
  CHECK(client.get(override_path).body ==
        R"({"notificationsToSend":"default","previewNotificationsEnabled":"default","serviceId":"srv-api"})"
        "\n");
  CHECK(client.get("/notification-settings/overrides").body == "[]\n");
  CHECK(text(client.read("/services/srv-api"), "notifyOnFail") == "default");
  const std::pair<std::string, std::string> rows[] = {
      {"all", "notify"}, {"failure", "notify"}, {"none", "ignore"}, {"default", "default"}};
  for (const auto& [sent, shown] : rows) {
    CAPTURE(sent);
    const auto changed =
        client.send(api::Method::patch, override_path, R"({"notificationsToSend":")" + sent + "\"}");
    CHECK(changed.status == 200);
    CHECK(text(boost::json::parse(changed.body), "notificationsToSend") == sent);
    CHECK(text(client.read("/services/srv-api"), "notifyOnFail") == shown);
  }
}

TEST_CASE("overrides that are set are listed") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-web", "web"));
  Client client(workspace);
  CHECK(client.send(api::Method::patch, override_path, R"({"previewNotificationsEnabled":"true"})").status ==
        200);
  const auto list = client.read("/notification-settings/overrides");
  REQUIRE(list.as_array().size() == 1);
  CHECK(text(list.at(0).at("override"), "serviceId") == "srv-api");
  CHECK(text(list.at(0).at("override"), "previewNotificationsEnabled") == "true");
  CHECK(client.read("/notification-settings/overrides?serviceId=srv-web").as_array().empty());
  CHECK(client.send(api::Method::patch, override_path, R"({"previewNotificationsEnabled":true})").status ==
        400);
  CHECK(client.get("/notification-settings/overrides/services/srv-none").status == 404);
}

}  // namespace
}  // namespace envlink::emulator::test
