// Where requests, and especially the key, may go.

#include "http/address.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "http/raw_server_test.h"
#include "http/transport_fixture_test.h"

using namespace envlink;
using namespace envlink::http::testing;
using api::Method;

namespace {

bool mentions_key(const RawServer& server) {
  for (const auto& request : server.received()) {
    if ((request.line + request.head + request.body).find(key_text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("https goes anywhere, plain http to this machine only") {
  for (const char* url : {"https://api.render.com/v1", "http://localhost:8080/v1", "http://127.0.0.1:1",
                          "http://127.8.9.1/", "http://[::1]:80/x", "https://localhost"}) {
    CAPTURE(url);
    CHECK(http::check_address(url).has_value());
  }
  for (const char* url : {"http://api.render.com/v1", "http://127.0.0.1.evil.example",
                          "http://127.evil.example", "http://localhost.evil.example", "http://[::2]/",
                          "http://0.0.0.0/", "http://192.168.0.1/", "ftp://localhost/", "file:///etc/passwd",
                          "", "api.render.com", "https://", "https://user:pw@api.render.com",
                          "https://api.render.com@evil.example/", "http://localhost@evil.example/",
                          "https://a b/", "https://a\r\nHost: b/", "https://a/\x7f", "gopher://127.0.0.1/"}) {
    CAPTURE(url);
    const auto address = http::check_address(url);
    REQUIRE_FALSE(address.has_value());
    CHECK_FALSE(address.error().empty());
  }
}

TEST_CASE("A request to a forbidden address is reported as not sent") {
  Client plain("http://api.example.test/v1");
  CHECK(why_of(plain.ask(call(Method::get, "/x"))) ==
        "not sent: only https is allowed, and plain http only to this machine");
  Client loopback("http://127.0.0.1");
  CHECK(why_of(loopback.ask(call(Method::get, ":1@evil.example/"))) ==
        "not sent: the path does not start with /");
  CHECK(why_of(loopback.ask(foreign("file:///etc/passwd"))).starts_with("not sent: "));
}

TEST_CASE("A key with a line break in it cannot add headers") {
  RawServer server([](Peer& peer, const Received&) { peer.answer(200, ""); });
  Client client(server.url(), "rnd_1\r\nX-Injected: yes");
  CHECK(why_of(client.ask(call(Method::get, "/x"))) == "not sent: the API key contains a control character");
  CHECK(server.received().empty());
}

TEST_CASE("A redirect is an answer, and the other host gets no request") {
  RawServer other([](Peer& peer, const Received&) { peer.answer(200, ""); });
  RawServer server([&](Peer& peer, const Received&) {
    peer.answer(307, "", fmt::format("Location: {}\r\n", other.url("/stolen")));
  });
  Client client(server.url());
  CHECK(status_of(client.ask(call(Method::get, "/x"))) == 307);
  CHECK(status_of(client.ask(call(Method::post, "/x", "{}"))) == 307);
  CHECK(status_of(client.ask(foreign(server.url("/health")))) == 307);
  CHECK(other.connections() == 0);
}

TEST_CASE("A key repeated in an answer is masked, whatever the key starts with") {
  const std::string key = "zq-key/of-another-shape";
  RawServer server([&](Peer& peer, const Received&) {
    peer.answer(302, R"({"message":"no such key: zq-key\/of-another-shape"})",
                "Location: https://login.example/?key=zq-key%2Fof-another-shape\r\n");
  });
  Client client(server.url(), key);
  const auto outcome = client.ask(call(Method::get, "/x"));
  const auto& response = std::get<api::Response>(outcome);
  CHECK(response.body == R"({"message":"no such key: ***"})");
  CHECK(*response.header("location") == "https://login.example/?key=***");
}

TEST_CASE("A foreign request does not contain the key") {
  RawServer server([](Peer& peer, const Received&) { peer.answer(200, "ok"); });
  Client client("https://api.example.test/v1");
  CHECK(status_of(client.ask(foreign(server.url("/health")))) == 200);
  CHECK(server.received().at(0).line == "GET /health HTTP/1.1");
  CHECK(server.received().at(0).head.find("Authorization") == std::string::npos);
}

TEST_CASE("A proxy only gets a request for a tunnel, without the key") {
  RawServer proxy([](Peer& peer, const Received&) { peer.answer(403, "", "X-From-Proxy: yes\r\n"); });
  const Variable https("https_proxy", proxy.url());
  const Variable all("ALL_PROXY", proxy.url());
  Client client("https://api.example.test/v1");
  const std::string why = why_of(client.ask(call(Method::post, "/x", "{}")));
  CHECK(why.starts_with("not sent: "));
  CHECK(why.find("403") != std::string::npos);
  CHECK(proxy.received().at(0).line == "CONNECT api.example.test:443 HTTP/1.1");
  CHECK_FALSE(mentions_key(proxy));
}

TEST_CASE("No part of a proxy's address that may belong to its password is shown") {
  const std::string names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  for (const std::string& name : names) {
    CAPTURE(name);
    for (const std::string address :
         {"http://user:S3cret#1@proxy.invalid:3128", "http://user:S3cret/1@proxy.invalid:3128",
          "http://user:S3cret?1@proxy.invalid:3128", "http://user:S3cret 1@proxy.invalid:3128",
          "http://user:S3cret@proxy.invalid:port", "http://user:S3cret@proxy.invalid:99999",
          "socks9://user:S3cret@proxy.invalid:3128", "user:S3cret#@proxy.invalid",
          "http://S3cret#1@proxy.invalid", "http://user:S3cret%40proxy.invalid", "http://user:S3cret@",
          "S3cret://x", "http://user:S3cret@a@b c"}) {
      CAPTURE(address);
      const Variable proxy(name.c_str(), address);
      const auto found = http::proxy_of_environment();
      REQUIRE(found.has_value());
      CHECK(found->variable == name);
      CHECK(found->host.find("S3cret") == std::string::npos);
      Client client("https://api.example.test/v1");
      const std::string why = why_of(client.ask(call(Method::get, "/x", {}, std::chrono::seconds(1))));
      CAPTURE(why);
      CHECK(why.starts_with("not sent: "));
      CHECK(why.find("S3cret") == std::string::npos);
      if (found->host.empty()) CHECK(why.find(name) != std::string::npos);
    }
  }
  const std::pair<const char*, const char*> rows[] = {
      {"http://user:p%40ss@proxy.example:3128", "proxy.example:3128"},
      {"proxy.example:3128/", "proxy.example:3128"},
      {"socks5h://proxy.example", "proxy.example"},
      {"http://user:1234#x@proxy.example", ""},
      {"http://user:1234/x@proxy.example", ""}};
  for (const auto& [address, host] : rows) {
    CAPTURE(address);
    const Variable proxy("HTTPS_PROXY", address);
    CHECK(http::proxy_of_environment()->host == host);
  }
}

TEST_CASE("Requests to this machine bypass the proxy") {
  RawServer proxy([](Peer& peer, const Received&) { peer.answer(403, ""); });
  RawServer server([](Peer& peer, const Received&) { peer.answer(200, ""); });
  const Variable plain("http_proxy", proxy.url());
  const Variable all("ALL_PROXY", proxy.url());
  Client client(server.url());
  CHECK(status_of(client.ask(call(Method::get, "/x"))) == 200);
  CHECK(proxy.connections() == 0);
}

TEST_CASE("A request without a connection is reported as not sent") {
  const int port = free_port();
  Client client(fmt::format("http://127.0.0.1:{}", port));
  const std::string why = why_of(client.ask(call(Method::post, "/x", "{}")));
  CHECK(why.starts_with("not sent: could not connect"));
  CHECK(why.find(fmt::format("127.0.0.1 port {}", port)) != std::string::npos);
}
