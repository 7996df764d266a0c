#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view link_path = "/env-groups/evg-secrets/services/srv-api";

TEST_CASE("the list of groups is wrapped and shows links but no variables") {
  Workspace workspace = small_workspace();
  workspace.groups[0].links = {"api", "srv-api"};
  Client client(workspace);
  const auto list = client.read("/env-groups");
  const auto& meta = list.at(0).at("envGroup");
  CHECK(text(meta, "name") == "secrets");
  CHECK(list.at(0).at("cursor").as_string().size() == 32);
  CHECK(meta.at("serviceLinks").as_array().size() == 1);
  CHECK(text(meta.at("serviceLinks").at(0), "type") == "web");
  CHECK_FALSE(meta.as_object().contains("envVars"));
  CHECK_FALSE(meta.as_object().contains("environmentId"));
  CHECK(client.read("/env-groups?name=secrets&ownerId=tea-cexample0000000000000").as_array().size() == 1);
  CHECK(client.get("/env-groups?name=other").body == "[]\n");
}

bool shows_link(Client& client, const std::string& path = "/env-groups/evg-secrets") {
  return client.get(path).body.find("srv-api") != std::string::npos;
}

TEST_CASE("with a link lag, reads show a link and its removal later") {
  Workspace workspace = small_workspace();
  workspace.behaviour.link_lag = seconds(20);
  Client client(workspace);
  CHECK(client.post(link_path).body.find("srv-api") != std::string::npos);
  client.pass(std::chrono::milliseconds(19'999));
  CHECK(client.world.is_linked("evg-secrets", "srv-api"));
  CHECK_FALSE(shows_link(client));
  CHECK_FALSE(shows_link(client, "/env-groups"));
  client.pass(std::chrono::milliseconds(1));
  CHECK(shows_link(client));
  CHECK(shows_link(client, "/env-groups"));
  CHECK(client.remove(link_path).status == 204);
  CHECK(shows_link(client));
  client.pass(seconds(20));
  CHECK_FALSE(shows_link(client));
}

TEST_CASE("with a value lag, reads of the group show the old values, but the answer to the write does not") {
  Workspace workspace = small_workspace();
  workspace.behaviour.value_lag = seconds(20);
  Client client(workspace);
  const auto shown = [&](std::string_view text) {
    return client.get("/env-groups/evg-secrets").body.find(text) != std::string::npos;
  };
  client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/ADDED", R"({"value": "first"})");
  CHECK_FALSE(shown("ADDED"));
  client.pass(seconds(20));
  CHECK(shown("first"));
  CHECK(client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/ADDED", R"({"value": "second"})")
            .body.find("second") != std::string::npos);
  CHECK(shown("first"));
  CHECK_FALSE(shown("second"));
  client.remove("/env-groups/evg-secrets/env-vars/ADDED");
  CHECK(shown("first"));
  client.pass(seconds(20));
  CHECK_FALSE(shown("ADDED"));
}

TEST_CASE("with flapping links, reads alternate during the lag and all show the link after it") {
  Workspace workspace = small_workspace();
  workspace.behaviour.link_lag = seconds(20);
  workspace.behaviour.link_flaps = true;
  Client client(workspace);
  client.post(link_path);
  int shown = 0;
  for (int read = 0; read < 100; ++read) shown += shows_link(client) ? 1 : 0;
  CHECK(shown > 20);
  CHECK(shown < 80);
  client.pass(seconds(20));
  for (int read = 0; read < 100; ++read) CHECK(shows_link(client));
}

TEST_CASE("the list of groups is bare if the behaviour says so") {
  Workspace workspace = small_workspace();
  workspace.behaviour.list_shape = ListShape::bare;
  Client client(workspace);
  const auto list = client.read("/env-groups");
  CHECK(text(list.at(0), "id") == "evg-secrets");
  CHECK_FALSE(list.at(0).as_object().contains("cursor"));
}

TEST_CASE("a group shows its values in clear text, newest first") {
  Client client;
  const auto full = client.read("/env-groups/evg-secrets");
  CHECK(text(full.at("envVars").at(0), "key") == "TOKEN");
  CHECK(text(full.at("envVars").at(1), "value") == "postgres://secret");
  CHECK(full.at("secretFiles").as_array().empty());
}

TEST_CASE("linking returns the whole group, unlinking 204 without a body") {
  Client client;
  const auto linked = client.post(link_path);
  CHECK(linked.status == 200);
  CHECK(boost::json::parse(linked.body).at("serviceLinks").as_array().size() == 1);
  CHECK(client.world.is_linked("evg-secrets", "srv-api"));
  const auto unlinked = client.remove(link_path);
  CHECK(unlinked.status == 204);
  CHECK(unlinked.body.empty());
  CHECK(unlinked.header("content-type") == nullptr);
  CHECK_FALSE(client.world.is_linked("evg-secrets", "srv-api"));
  CHECK(client.remove(link_path).status == 404);
  CHECK(client.post("/env-groups/evg-secrets/services/srv-none").status == 404);
  CHECK(client.post("/env-groups/evg-none/services/srv-api").status == 404);
}

TEST_CASE("linking twice is answered as configured and stays one link") {
  const std::pair<DoubleLink, int> rows[] = {
      {DoubleLink::accepted, 200}, {DoubleLink::conflict, 409}, {DoubleLink::bad_request, 400}};
  for (const auto& [behaviour, status] : rows) {
    CAPTURE(status);
    Workspace workspace = small_workspace();
    workspace.behaviour.double_link = behaviour;
    Client client(workspace);
    CHECK(client.post(link_path).status == 200);
    CHECK(client.post(link_path).status == status);
    CHECK(client.read("/env-groups/evg-secrets").at("serviceLinks").as_array().size() == 1);
  }
}

TEST_CASE("a group in an environment can only be linked to services in it") {
  Workspace workspace = small_workspace();
  workspace.groups[0].environment = "evm-1";
  workspace.services.push_back(service("srv-in", "inside"));
  workspace.services[1].environment = "evm-1";
  Client client(workspace);
  CHECK(client.post(link_path).status == 400);
  CHECK_FALSE(client.world.is_linked("evg-secrets", "srv-api"));
  CHECK(client.post("/env-groups/evg-secrets/services/srv-in").status == 200);
  CHECK(text(client.read("/env-groups/evg-secrets"), "environmentId") == "evm-1");
}

TEST_CASE("a link changes the group's updatedAt only if the behaviour says so") {
  for (const bool touches : {false, true}) {
    Workspace workspace = small_workspace();
    workspace.behaviour.link_touches_group = touches;
    Client client(workspace);
    const std::string before = text(client.read("/env-groups/evg-secrets"), "updatedAt");
    client.post(link_path);
    CHECK((text(client.read("/env-groups/evg-secrets"), "updatedAt") != before) == touches);
  }
}

TEST_CASE("a variable is added at the front, changed in place without changing updatedAt, and deleted") {
  Client client;
  const std::string before = text(client.read("/env-groups/evg-secrets"), "updatedAt");
  const auto put = client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/NEW", "{\"value\":\"1\"}");
  CHECK(put.status == 200);
  CHECK(text(boost::json::parse(put.body).at("envVars").at(0), "key") == "NEW");
  client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/DATABASE_URL", "{\"value\":\"2\"}");
  client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/MADE", "{\"generateValue\":true}");
  const auto full = client.read("/env-groups/evg-secrets");
  CHECK(text(full, "updatedAt") == before);
  CHECK(text(full.at("envVars").at(0), "key") == "MADE");
  CHECK(text(full.at("envVars").at(0), "value").size() == 44);
  CHECK(text(full.at("envVars").at(3), "value") == "2");
  CHECK(client.remove("/env-groups/evg-secrets/env-vars/NEW").status == 204);
  CHECK(client.remove("/env-groups/evg-secrets/env-vars/NEW").status == 404);
}

TEST_CASE("a variable without a value, with a broken body or an impossible name is refused") {
  Client client;
  const std::string_view bodies[] = {"", "{}", "[]", "{\"value\":1}", "{\"value\":", "\xff"};
  for (const std::string_view body : bodies) {
    CAPTURE(body);
    CHECK(client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/A", body).status == 400);
  }
  const std::string_view names[] = {"1A", "A%20B", "A%00", "%ff"};
  for (const std::string_view name : names) {
    CAPTURE(name);
    const auto reply = client.send(api::Method::put, "/env-groups/evg-secrets/env-vars/" + std::string(name),
                                   "{\"value\":\"1\"}");
    CHECK(reply.status == 400);
  }
}

TEST_CASE("links can be changed outside the API, as by a user") {
  Client client;
  client.world.link("evg-secrets", "srv-api", client.now);
  CHECK(client.read("/env-groups/evg-secrets").at("serviceLinks").as_array().size() == 1);
  client.world.unlink("evg-secrets", "srv-api", client.now);
  CHECK(client.read("/env-groups/evg-secrets").at("serviceLinks").as_array().empty());
}

constexpr std::string_view whole_body =
    R"({"name":"fresh","ownerId":"tea-cexample0000000000000",
        "envVars":[{"key":"A","value":"1"},{"key":"B","generateValue":true}],
        "secretFiles":[{"name":"ca.pem","content":"pem"}],"serviceIds":["srv-api"]})";

TEST_CASE("a group is created with its values and links by one call") {
  Client client;
  const auto made = client.post("/env-groups", whole_body);
  REQUIRE(made.status == 201);
  const auto group = boost::json::parse(made.body);
  const std::string path = "/env-groups/" + text(group, "id");
  CHECK(text(group, "name") == "fresh");
  CHECK(text(group, "createdAt") == text(group, "updatedAt"));
  CHECK(text(group.at("envVars").at(1), "value") == "1");  // newest first
  CHECK(text(group.at("envVars").at(0), "value").size() == 44);
  CHECK(text(group.at("secretFiles").at(0), "content") == "pem");
  CHECK(text(group.at("serviceLinks").at(0), "id") == "srv-api");
  CHECK(client.get(path).status == 200);
  CHECK(client.read("/env-groups").as_array().size() == 2);
  CHECK(client.world.is_linked(text(group, "id"), "srv-api"));
}

TEST_CASE("a group is created completely or not at all") {
  Client client;
  const auto status = [&](std::string_view fields) {
    return client
        .post("/env-groups",
              R"({"name":"fresh","ownerId":"tea-cexample0000000000000",)" + std::string(fields) + "}")
        .status;
  };
  CHECK(client.post("/env-groups", "[").status == 400);
  CHECK(client.post("/env-groups", "{}").status == 400);
  CHECK(client.post("/env-groups", R"({"name":"fresh","ownerId":"tea-other","envVars":[]})").status == 404);
  CHECK(status(R"("envVars":{})") == 400);
  CHECK(status(R"("secretFiles":[])") == 400);
  CHECK(status(R"("envVars":[{"key":"A"}])") == 400);
  CHECK(status(R"("envVars":[{"key":5,"value":"1"}])") == 400);
  CHECK(status(R"("envVars":[{"key":"1A","value":"1"}])") == 400);
  CHECK(status(R"("envVars":[{"key":"file:a","content":"1"}])") == 400);
  CHECK(status(R"("envVars":[{"key":"A","value":"1"},{"key":"A","value":"2"}])") == 400);
  CHECK(status(R"("envVars":[],"secretFiles":[{"content":"1"}])") == 400);
  CHECK(status(R"("envVars":[],"serviceIds":["srv-none"])") == 404);
  CHECK(status(R"("envVars":[],"serviceIds":[5])") == 400);
  CHECK(status(R"("envVars":[],"environmentId":"evm-none")") == 404);
  CHECK(status(R"("envVars":[],"environmentId":5)") == 400);
  const std::string half(600'000, 'x');
  CHECK(status(R"("envVars":[],"secretFiles":[{"name":"a","content":")" + half +
               R"("},{"name":"b","content":")" + half + R"("}])") == 400);
  CHECK(client.read("/env-groups").as_array().size() == 1);
  CHECK(status(R"("envVars":[])") == 201);
}

TEST_CASE("a group in an environment is created only with links to services in it") {
  Workspace workspace = small_workspace();
  workspace.environments = {{.id = "evm-1", .name = "production"}};
  Client client(workspace);
  const std::string body =
      R"({"name":"fresh","ownerId":"tea-cexample0000000000000","envVars":[],"environmentId":"evm-1")";
  CHECK(client.post("/env-groups", body + R"(,"serviceIds":["srv-api"]})").status == 400);
  CHECK(client.post("/env-groups", body + "}").status == 201);
}

TEST_CASE("whether two groups may have one name is a setting") {
  Workspace workspace = small_workspace();
  const std::string_view body = R"({"name":"secrets","ownerId":"tea-cexample0000000000000","envVars":[]})";
  CHECK(Client(workspace).post("/env-groups", body).status == 201);
  workspace.behaviour.same_name = SameName::conflict;
  Client client(workspace);
  CHECK(client.post("/env-groups", body).status == 409);
  CHECK(client.post("/env-groups", whole_body).status == 201);
  CHECK(client.send(api::Method::patch, "/env-groups/evg-secrets", R"({"name":"fresh"})").status == 409);
  CHECK(client.send(api::Method::patch, "/env-groups/evg-secrets", R"({"name":"secrets"})").status == 200);
}

TEST_CASE("renaming a group changes its updatedAt") {
  Client client;
  const std::string before = text(client.read("/env-groups/evg-secrets"), "updatedAt");
  const auto renamed = client.send(api::Method::patch, "/env-groups/evg-secrets", R"({"name":"other"})");
  CHECK(renamed.status == 200);
  CHECK(text(boost::json::parse(renamed.body), "name") == "other");
  CHECK(text(client.read("/env-groups/evg-secrets"), "updatedAt") != before);
  CHECK(client.send(api::Method::patch, "/env-groups/evg-secrets", R"({"name":""})").status == 400);
}

}  // namespace
}  // namespace envlink::emulator::test
