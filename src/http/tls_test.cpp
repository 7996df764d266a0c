// TLS and HTTP/2 against real servers: openssl s_server, and nghttpx in front of the raw server.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>

#include "http/child_test.h"
#include "http/raw_server_test.h"
#include "http/transport_fixture_test.h"

using namespace envlink;
using namespace envlink::http::testing;
using api::Method;

namespace {

/// openssl s_server: answers every GET with a page, and prints its port.
class TlsServer {
 public:
  explicit TlsServer(const Certificate& certificate)
      : child_({"openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate.cert(), "-key",
                certificate.key()}) {
    const std::string line = child_.line_with("ACCEPT");
    port_ = line.substr(line.rfind(':') + 1);
  }
  std::string url(const std::string& host) const { return fmt::format("https://{}:{}", host, port_); }

 private:
  Child child_;
  std::string port_;
};

/// TLS and HTTP/2 on `port`, plain HTTP/1.1 to the server behind it.
class Http2Front {
 public:
  Http2Front(const Certificate& certificate, const RawServer& behind) {
    // Another process may take a free port before nghttpx does.
    for (int attempt = 0; attempt < 5; ++attempt) {
      port_ = free_port();
      child_.emplace(std::vector<std::string>{"/usr/sbin/nghttpx", "--conf=/dev/null", "--single-process",
                                              "-L", "NOTICE", fmt::format("-f127.0.0.1,{}", port_),
                                              fmt::format("-b127.0.0.1,{}", behind.port()), certificate.key(),
                                              certificate.cert()});
      if (!child_->line_with(fmt::format("Listening on 127.0.0.1:{}", port_)).empty()) return;
    }
    FAIL("nghttpx does not start");
  }
  std::string url() const { return fmt::format("https://127.0.0.1:{}", port_); }
  void kill() { child_->kill(); }

 private:
  int port_ = 0;
  std::optional<Child> child_;
};

}  // namespace

TEST_CASE("A certificate from an unknown authority is not accepted, and nothing is sent") {
  const Certificate certificate;
  const Certificate another;
  const TlsServer server(certificate);
  SUBCASE("with the system's authorities") {
    const std::string why = why_of(Client(server.url("127.0.0.1")).ask(call(Method::post, "/x", "{}")));
    CHECK(why.starts_with("not sent: the server's certificate was not accepted"));
  }
  SUBCASE("with another authority") {
    const Variable trust("SSL_CERT_FILE", another.cert());
    const std::string why = why_of(Client(server.url("127.0.0.1")).ask(call(Method::post, "/x", "{}")));
    CHECK(why.starts_with("not sent: the server's certificate was not accepted"));
  }
}

TEST_CASE("An authority named in the environment is trusted, for the host that its certificate names") {
  const Certificate certificate;
  const TlsServer server(certificate);
  for (const std::string name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {
    CAPTURE(name);
    const Variable trust(name.c_str(), certificate.cert());
    CHECK(why_of(Client(server.url("127.0.0.1")).ask(call(Method::get, "/"))) == "");
    const std::string why = why_of(Client(server.url("localhost")).ask(call(Method::get, "/")));
    CHECK(why.starts_with("not sent: the server's certificate was not accepted"));
  }
}

TEST_CASE("A request whose TLS handshake takes too long is reported as not sent") {
  const RawServer server([](Peer&, const Received&) {});
  const auto outcome = Client(fmt::format("https://127.0.0.1:{}", server.port()))
                           .ask(call(Method::post, "/x", "{}", std::chrono::milliseconds(200)));
  CHECK(why_of(outcome).starts_with("not sent: could not connect in time"));
  CHECK(server.received().empty());
}

TEST_CASE("Requests share one HTTP/2 connection if the server supports it") {
  RawServer server([](Peer& peer, const Received& request) { peer.answer(200, request.body); });
  const Certificate certificate;
  const Http2Front front(certificate, server);
  const Variable trust("SSL_CERT_FILE", certificate.cert());
  Client client(front.url());
  for (int i = 0; i < 20; ++i) client.transport.send(call(Method::post, "/x", "{}"));
  for (std::size_t answers = 0; answers < 20;) {
    for (const auto& reply : client.transport.wait(std::nullopt).replies) {
      CHECK(status_of(reply.outcome) == 200);
      ++answers;
    }
  }
  CHECK(server.count("POST /x") == 20);
  CHECK(server.received().at(0).head.find("2 nghttpx") != std::string::npos);  // its Via header
}

TEST_CASE("A write whose HTTP/2 connection is killed is sent once and reported as unanswered") {
  std::optional<Http2Front> front;
  RawServer server([&](Peer& peer, const Received& request) {
    if (request.line.starts_with("GET")) return peer.answer(200, "{}");
    front->kill();
    peer.close();
  });
  const Certificate certificate;
  front.emplace(certificate, server);
  const Variable trust("SSL_CERT_FILE", certificate.cert());
  Client client(front->url());
  REQUIRE(status_of(client.ask(call(Method::get, "/first"))) == 200);
  const auto outcome = client.ask(call(Method::post, "/second"));
  CAPTURE(why_of(outcome));
  CHECK(std::holds_alternative<api::NoAnswer>(outcome));
  CHECK(server.count("POST") == 1);
}
