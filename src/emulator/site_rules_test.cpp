#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

Workspace with_site() {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-site", "site"));
  workspace.services[1].type = model::ServiceType::static_site;
  return workspace;
}

constexpr std::string_view headers = "/services/srv-site/headers";
constexpr std::string_view routes = "/services/srv-site/routes";

std::string header(std::string_view name) {
  return R"({"path":"/*","name":")" + std::string(name) + R"(","value":"1"})";
}
std::string route(std::string_view source, std::string_view more = "") {
  return R"({"type":"rewrite","destination":"/index.html","source":")" + std::string(source) + "\"" +
         std::string(more) + "}";
}

/// The sources, in the order of their priorities.
std::string sources(Client& client) {
  std::string out;
  const auto list = client.read(routes);
  for (std::size_t i = 0; i < list.as_array().size(); ++i) {
    const auto& one = list.at(i).at("route");
    CHECK(one.at("priority") == i);
    out += text(one, "source");
  }
  return out;
}

TEST_CASE("header rules are added, filtered and deleted, newest first") {
  Client client(with_site());
  CHECK(client.get(headers).body == "[]\n");
  const auto added = client.post(headers, header("X-Frame-Options"));
  CHECK(added.status == 201);
  const std::string id = text(boost::json::parse(added.body).at("headers"), "id");
  CHECK(id.starts_with("hdr-"));
  client.post(headers, header("Cache-Control"));
  const auto list = client.read(headers);
  REQUIRE(list.as_array().size() == 2);
  CHECK(text(list.at(0).at("header"), "name") == "Cache-Control");
  CHECK(text(list.at(1).at("header"), "path") == "/*");
  const std::string filtered = std::string(headers) + "?name=X-Frame-Options&path=%2F*&value=1";
  CHECK(client.read(filtered).as_array().size() == 1);
  CHECK(client.remove(std::string(headers) + "/" + id).status == 204);
  CHECK(client.remove(std::string(headers) + "/" + id).status == 404);
  CHECK(client.read(headers).as_array().size() == 1);
}

TEST_CASE("header rules are replaced all together, and none is null") {
  Client client(with_site());
  client.post(headers, header("Old"));
  const auto put = client.send(api::Method::put, headers, "[" + header("A") + "," + header("B") + "]");
  CHECK(put.status == 200);
  CHECK(text(boost::json::parse(put.body).at(0), "name") == "A");
  CHECK(client.read(headers).as_array().size() == 2);
  CHECK(client.send(api::Method::put, headers, R"([{"path":"/*","name":"","value":""}])").status == 400);
  CHECK(client.send(api::Method::put, headers, R"([{"path":"/*","name":"A"}])").status == 400);
  CHECK(client.read(headers).as_array().size() == 2);
  CHECK(client.send(api::Method::put, headers, "[]").body == "null\n");
  CHECK(client.get(headers).body == "[]\n");
}

TEST_CASE("routes are listed by priority, and adding one makes room for it") {
  Client client(with_site());
  CHECK(client.post(routes, route("/a")).status == 201);
  CHECK(client.post(routes, route("/b")).status == 201);
  const auto first = client.post(routes, route("/c", R"(,"priority":0)"));
  CHECK(boost::json::parse(first.body).at("priority") == 0);
  CHECK(text(boost::json::parse(first.body), "type") == "rewrite");
  const auto last = client.post(routes, route("/d", R"(,"priority":99)"));
  CHECK(boost::json::parse(last.body).at("priority") == 3);
  CHECK(sources(client) == "/c/a/b/d");
  const auto page = client.read(std::string(routes) + "?limit=3");
  const auto rest = client.read(std::string(routes) + "?limit=3&cursor=" + text(page.at(2), "cursor"));
  REQUIRE(rest.as_array().size() == 1);
  CHECK(text(rest.at(0).at("route"), "source") == "/d");
  CHECK(client.read(std::string(routes) + "?source=%2Fb&type=rewrite").as_array().size() == 1);
  CHECK(client.get(std::string(routes) + "?type=forward").status == 400);
  CHECK(client.post(routes, route("/e", R"(,"priority":-1)")).status == 400);
  CHECK(client.post(routes, R"({"type":"rewrite","source":"","destination":"/"})").status == 400);
}

TEST_CASE("a route moves to another priority") {
  Client client(with_site());
  const auto put =
      client.send(api::Method::put, routes, "[" + route("/a") + "," + route("/b") + "," + route("/c") + "]");
  CHECK(put.status == 200);
  const std::string first = std::string(routes) + "/" + text(boost::json::parse(put.body).at(0), "id");
  const auto moved = client.send(api::Method::patch, first, R"({"priority":1})");
  CHECK(moved.status == 200);
  CHECK(boost::json::parse(moved.body).at("headers").at("priority") == 1);
  CHECK(sources(client) == "/b/a/c");
  CHECK(client.send(api::Method::patch, first, R"({"priority":7})").status == 200);
  CHECK(sources(client) == "/b/c/a");
  CHECK(client.send(api::Method::patch, first, R"({"priority":-1})").status == 400);
  CHECK(client.send(api::Method::patch, first, "{}").status == 400);
  CHECK(client.remove(first).status == 204);
  CHECK(sources(client) == "/b/c");
  CHECK(client.send(api::Method::patch, first, R"({"priority":0})").status == 404);
  CHECK(client.send(api::Method::put, routes, "[]").body == "null\n");
}

TEST_CASE("only static sites have rules") {
  Client client(with_site());
  CHECK(client.get("/services/srv-api/headers").body == "[]\n");
  CHECK(client.get("/services/srv-api/routes?limit=101").status == 400);
  CHECK(client.post("/services/srv-api/headers", header("A")).status == 400);
  CHECK(client.send(api::Method::put, "/services/srv-api/routes", "[]").status == 400);
  CHECK(client.get("/services/srv-none/routes").status == 404);
}

}  // namespace
}  // namespace envlink::emulator::test
