#include "emulator/server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>

#include "emulator/world_fixture_test.h"

namespace envlink::emulator::test {
namespace {

/// Runs serve() in a child process.
class Running {
 public:
  explicit Running(const Workspace& workspace, const ServerOptions& options = {}) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    child_ = fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      close(ends[0]);
      const auto result = serve(workspace, options, [&](const std::string& address) -> Result<void> {
        const auto written = write(ends[1], address.data(), address.size());
        close(ends[1]);
        if (written < 0) _exit(3);
        return {};
      });
      _exit(result ? 0 : 1);
    }
    close(ends[1]);
    char buffer[128];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
      url.append(buffer, static_cast<std::size_t>(got));
    }
    close(ends[0]);
    const std::size_t colon = url.rfind(':');
    std::from_chars(url.data() + colon + 1, url.data() + url.size(), port);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (child_ > 0) end(SIGKILL);
  }

  /// The exit status after the signal, or -1 if the signal killed it.
  int end(int signal) {
    int status = 0;
    kill(child_, signal);
    waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string url;
  std::uint16_t port = 0;

 private:
  pid_t child_ = -1;
};

class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { close(socket_); }

  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server may have closed the connection already
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Reads until a whole reply has arrived or the connection ends; `errno` says how.
  std::string hear() {
    std::string out;
    char buffer[4096];
    while (!complete(out)) {
      const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
      error = got < 0 ? errno : 0;
      if (got <= 0) return out;
      out.append(buffer, static_cast<std::size_t>(got));
    }
    return out;
  }
  /// Reads until the connection ends.
  std::string hear_all() {
    std::string out;
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(socket_, buffer, sizeof buffer, 0)) > 0;)
      out.append(buffer, static_cast<std::size_t>(got));
    return out;
  }

  int error = 0;

 private:
  static bool complete(std::string_view reply) {
    const std::size_t end = reply.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t at = reply.substr(0, end).find(name);
    if (at == std::string_view::npos) return true;  // 204
    std::size_t length = 0;
    std::from_chars(reply.data() + at + name.size(), reply.data() + end, length);
    return reply.size() >= end + 4 + length;
  }
  int socket_;
};

std::string request(std::string_view method, std::string_view target, std::string_view body = {}) {
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer rnd_example\r\nContent-Length: "
      "{}\r\n\r\n{}",
      method, target, body.size(), body);
}

TEST_CASE("the server answers like Render, many times on one connection") {
  Running server(small_workspace());
  CHECK(server.url == fmt::format("http://127.0.0.1:{}/v1", server.port));
  Wire wire(server.port);
  wire.say(request("GET", "/v1/services"));
  const std::string list = wire.hear();
  CHECK(list.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(list.find("Content-Type: application/json; charset=utf-8\r\n") != std::string::npos);
  CHECK(list.find("Ratelimit-Remaining: 399\r\n") != std::string::npos);
  CHECK(list.find("Render-Request-Id: api-") != std::string::npos);
  wire.say(request("POST", "/v1/services/srv-api/deploys", "{}"));
  CHECK(wire.hear().starts_with("HTTP/1.1 201 "));
  wire.say(request("POST", "/v1/services/srv-api/deploys", "{}"));
  const std::string queued = wire.hear();
  CHECK(queued.starts_with("HTTP/1.1 202 "));
  CHECK(queued.find("Content-Length: 0\r\n") != std::string::npos);
  CHECK(queued.find("\nContent-Type") == std::string::npos);
  wire.say(request("POST", "/v1/env-groups/evg-secrets/services/srv-api"));
  CHECK(wire.hear().starts_with("HTTP/1.1 200 "));
  wire.say(request("DELETE", "/v1/env-groups/evg-secrets/services/srv-api"));
  const std::string gone = wire.hear();
  CHECK(gone.starts_with("HTTP/1.1 204 "));
  CHECK(gone.find("\nContent-") == std::string::npos);
  wire.say("GET /_emulator/requests HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string log = wire.hear();
  CHECK(std::count(log.begin(), log.end(), '\n') == std::count(log.begin(), log.end(), '\r') + 5);
}

/// The value of a header of a reply; empty: there is none.
std::string header(const std::string& reply, const std::string& name) {
  const std::string head = reply.substr(0, reply.find("\r\n\r\n") + 2);
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

TEST_CASE("HEAD has the headers of GET with its length, but no body, and the connection stays usable") {
  for (const bool gzip : {false, true}) {
    CAPTURE(gzip);
    Running server(small_workspace(), {.certificate = {}, .gzip = gzip});
    for (const std::string target : {"/v1/services", "/v1/none", "/_emulator/health/api", "/"}) {
      CAPTURE(target);
      const std::string rest = " " + target +
                               " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer rnd_example\r\n"
                               "Accept-Encoding: gzip\r\nConnection: ";
      Wire wire(server.port);
      wire.say("GET" + rest + "close\r\n\r\n");
      const std::string get = wire.hear();
      Wire other(server.port);
      other.say("HEAD" + rest + "keep-alive\r\n\r\nHEAD" + rest + "close\r\n\r\n");
      const std::string heads = other.hear_all();
      const std::size_t second = heads.find("HTTP/1.1 ", 1);
      REQUIRE(second != std::string::npos);
      for (const std::string& head : {heads.substr(0, second), heads.substr(second)}) {
        CHECK(head.ends_with("\r\n\r\n"));
        CHECK(head.find("\r\n\r\n") == head.size() - 4);
        CHECK(head.substr(0, head.find("\r\n")) == get.substr(0, get.find("\r\n")));
        for (const char* name : {"Content-Length", "Content-Type", "Content-Encoding", "Vary"})
          CHECK(header(head, name) == header(get, name));
      }
      CHECK(header(get, "Content-Length") != "0");
    }
  }
}

TEST_CASE("a refused HEAD has no body either") {
  Running server(small_workspace());
  Wire wire(server.port);
  wire.say("HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  const std::string reply = wire.hear_all();
  CHECK(reply.starts_with("HTTP/1.1 403 "));
  CHECK(reply.find("\r\n\r\n") == reply.size() - 4);
}

TEST_CASE("replies are compressed only with the option, for clients that accept it, and if there is a body") {
  struct Row {
    bool gzip;
    std::string_view method;
    std::string_view target;
    std::string_view accept;
    std::string_view encoding;
    std::string_view vary;
  };
  Workspace workspace = small_workspace();
  workspace.groups[0].links = {"srv-api"};
  const Row rows[] = {{true, "GET", "/v1/services", "gzip", "gzip", "Origin, Accept-Encoding"},
                      {true, "GET", "/v1/services", "gzip;q=0", "", "Origin, Accept-Encoding"},
                      {true, "GET", "/v1/services", "br", "", "Origin, Accept-Encoding"},
                      {true, "GET", "/v1/none", "gzip", "gzip", "Origin, Accept-Encoding"},
                      {true, "DELETE", "/v1/env-groups/evg-secrets/services/srv-api", "gzip", "", "Origin"},
                      {false, "GET", "/v1/services", "gzip", "", "Origin"}};
  for (const Row& row : rows) {
    CAPTURE(row.target);
    CAPTURE(row.accept);
    Running server(workspace, {.certificate = {}, .gzip = row.gzip});
    Wire wire(server.port);
    wire.say(
        fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer rnd_example\r\n"
                    "Accept-Encoding: {}\r\n\r\n",
                    row.method, row.target, row.accept));
    const std::string reply = wire.hear();
    CHECK(header(reply, "Content-Encoding") == row.encoding);
    CHECK(header(reply, "Vary") == row.vary);
    const std::string body = reply.substr(reply.find("\r\n\r\n") + 4);
    CHECK(body.starts_with("\x1f\x8b") == (row.encoding == "gzip"));
  }
}

TEST_CASE("if the address cannot be made known, nothing is served and the error is returned") {
  const auto result = serve(small_workspace(), {}, [](const std::string&) -> Result<void> {
    return fail({.what = "Cannot write cert.pem"});
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().what == "Cannot write cert.pem");
}

TEST_CASE("a lost answer and a cut end in a reset, and a delayed answer delays no other request") {
  Workspace workspace = small_workspace();
  Fault lost;
  lost.match = "POST /v1/services/*/deploys";
  lost.kind = FaultKind::lose_answer;
  Fault slow;
  slow.match = "GET /v1/owners";
  slow.kind = FaultKind::delay;
  slow.delay = std::chrono::hours(1);
  workspace.faults = {lost, slow};
  Running server(workspace);
  Wire held(server.port);
  held.say(request("GET", "/v1/owners"));
  Wire wire(server.port);
  wire.say(request("POST", "/v1/services/srv-api/deploys", "{}"));
  CHECK(wire.hear().empty());
  CHECK(wire.error == ECONNRESET);
  Wire next(server.port);
  next.say(request("GET", "/v1/services/srv-api/deploys"));
  const std::string list = next.hear();
  CHECK(list.find("build_in_progress") != std::string::npos);
}

TEST_CASE("invalid and oversized requests are refused, and the server continues") {
  Running server(small_workspace());
  const std::pair<std::string, const char*> rows[] = {
      {"nonsense\r\n\r\n", "HTTP/1.1 400 "},
      {"GET / HTTP/1.1\r\nX: " + std::string(64 * 1024, 'a') + "\r\n\r\n", "HTTP/1.1 431 "},
      {"POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n", "HTTP/1.1 413 "}};
  for (const auto& [bytes, expected] : rows) {
    Wire wire(server.port);
    wire.say(bytes);
    const std::string reply = wire.hear();
    // Unread bytes may turn the end of the connection into a reset.
    CHECK((reply.starts_with(expected) || wire.error == ECONNRESET));
  }
  Wire half(server.port);
  half.say("GET /v1/serv");
  Wire wire(server.port);
  wire.say(request("GET", "/v1/services"));
  CHECK(wire.hear().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("only requests to localhost or a loopback address are answered") {
  Running server(small_workspace());
  const std::pair<std::string, const char*> rows[] = {
      {"Host: localhost\r\n", "200"},
      {fmt::format("Host: 127.0.0.1:{}\r\n", server.port), "200"},
      {"Host: [::1]:8080\r\n", "200"},
      {"Host: LOCALHOST:1\r\n", "200"},
      {"Host: evil.example\r\n", "403"},
      {"Host: 127.0.0.1.evil.example\r\n", "403"},
      {"Host: localhost@evil.example\r\n", "403"},
      {"Host: 10.0.0.1\r\n", "403"},
      {"Host:\r\n", "403"},
      {"", "403"}};
  for (const char* path : {"/", "/_emulator/state", "/v1/services"}) {
    for (const auto& [host, status] : rows) {
      CAPTURE(host);
      Wire wire(server.port);
      wire.say(fmt::format("GET {} HTTP/1.1\r\nAuthorization: Bearer rnd_example\r\n{}\r\n", path, host));
      const std::string reply = wire.hear();
      CHECK(reply.starts_with(fmt::format("HTTP/1.1 {} ", status)));
      CHECK((reply.find("srv-api") == std::string::npos || status == std::string_view("200")));
    }
  }
}

TEST_CASE("SIGINT and SIGTERM end the server with success") {
  for (const int signal : {SIGINT, SIGTERM}) {
    Running server(small_workspace());
    CHECK(server.end(signal) == 0);
  }
}

TEST_CASE("a port in use is an error that says what to do") {
  Running server(small_workspace());
  ServerOptions options;
  options.port = server.port;
  const auto result = serve(small_workspace(), options, [](const std::string&) -> Result<void> {
    FAIL("it listens");
    return {};
  });
  REQUIRE_FALSE(result);
  CHECK(result.error().what == fmt::format("cannot listen on 127.0.0.1:{}", server.port));
  CHECK(result.error().cure.find("--port") != std::string::npos);
}

}  // namespace
}  // namespace envlink::emulator::test
