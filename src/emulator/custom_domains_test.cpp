#include <doctest/doctest.h>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

constexpr std::string_view domains = "/services/srv-api/custom-domains";

api::Response add(Client& client, std::string_view name, std::string_view path = domains) {
  return client.post(path, R"({"name":")" + std::string(name) + "\"}");
}

TEST_CASE("a subdomain is added alone") {
  Client client;
  CHECK(client.get(domains).body == "[]\n");
  const auto reply = add(client, "Api.Example.com");
  CHECK(reply.status == 201);
  CHECK(*reply.header("ratelimit-limit") == "50");
  const auto added = boost::json::parse(reply.body);
  REQUIRE(added.as_array().size() == 1);
  const auto domain = added.at(0);
  CHECK(text(domain, "name") == "api.example.com");
  CHECK(text(domain, "domainType") == "subdomain");
  CHECK(text(domain, "publicSuffix") == "com");
  CHECK(text(domain, "redirectForName").empty());
  CHECK(text(domain, "verificationStatus") == "unverified");
  CHECK(client.read(std::string(domains) + "/api.example.com") == domain);
  CHECK(client.read(std::string(domains) + "/" + text(domain, "id")) == domain);
  CHECK(client.read(domains).at(0).at("customDomain") == domain);
}

TEST_CASE("an apex comes with its www, and a www with its apex, which redirects to it") {
  for (const std::string name : {"example.com", "www.example.com"}) {
    CAPTURE(name);
    Client client;
    const auto added = boost::json::parse(add(client, name).body);
    REQUIRE(added.as_array().size() == 2);
    CHECK(text(added.at(0), "name") == name);
    CHECK(text(added.at(0), "redirectForName").empty());
    CHECK(text(added.at(1), "name") == (name == "example.com" ? "www.example.com" : "example.com"));
    CHECK(text(added.at(1), "redirectForName") == name);
    CHECK(client.read(std::string(domains) + "?domainType=apex").as_array().size() == 1);
    CHECK(client.remove(std::string(domains) + "/" + name).status == 204);
    CHECK(client.get(domains).body == "[]\n");
  }
}

TEST_CASE("a domain is verified when asked") {
  Client client;
  add(client, "api.example.com");
  CHECK(client.post(std::string(domains) + "/api.example.com/verify").status == 202);
  CHECK(client.read(std::string(domains) + "?verificationStatus=verified").as_array().size() == 1);
  CHECK(client.post(std::string(domains) + "/other.example.com/verify").status == 404);
}

TEST_CASE("a domain that is taken, not a name or on a service without pages is refused") {
  Workspace workspace = small_workspace();
  workspace.services.push_back(service("srv-worker", "worker"));
  workspace.services[1].type = model::ServiceType::background_worker;
  workspace.services.push_back(service("srv-site", "site"));
  workspace.services[2].type = model::ServiceType::static_site;
  Client client(workspace);
  CHECK(add(client, "api.example.com", "/services/srv-site/custom-domains").status == 201);
  CHECK(add(client, "api.example.com").status == 409);
  for (const std::string_view name : {"", "com", ".com", "a..com", "-a.com", "a b.com", "a.*.com"}) {
    CAPTURE(name);
    CHECK(add(client, name).status == 400);
  }
  CHECK(add(client, "*.example.com").status == 201);
  CHECK(client.post(domains, "{}").status == 400);
  CHECK(add(client, "b.example.com", "/services/srv-worker/custom-domains").status == 400);
  CHECK(client.get("/services/srv-worker/custom-domains").body == "[]\n");
  CHECK(client.remove("/services/srv-site").status == 204);
  CHECK(add(client, "api.example.com").status == 201);
}

}  // namespace
}  // namespace envlink::emulator::test
