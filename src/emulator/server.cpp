#include "emulator/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <csignal>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "base/authority.h"
#include "emulator/http_frontend.h"

namespace envlink::emulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using tcp = asio::ip::tcp;

constexpr std::uint32_t most_header_bytes = 32 * 1024;
constexpr std::uint64_t most_body_bytes = 2 * 1024 * 1024;  // Render's secret files have at most 1 MB
constexpr auto idle = std::chrono::seconds(75);

Time wall_clock() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

/// "ratelimit-limit" as Render writes it: "Ratelimit-Limit".
std::string canonical(std::string name) {
  bool first = true;
  for (char& c : name) {
    if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    first = c == '-';
  }
  return name;
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

/// One client. Exists as long as one of its operations is in progress.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, HttpFrontend& frontend)
      : stream_(std::move(socket)), pause_(stream_.get_executor()), frontend_(frontend) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(most_header_bytes);
    parser_->body_limit(most_body_bytes);
    stream_.expires_after(idle);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

 private:
  void on_read(error_code error) {
    if (error == http::error::end_of_stream) return close();
    if (error == http::error::header_limit) return refuse(http::status::request_header_fields_too_large);
    if (error == http::error::body_limit) return refuse(http::status::payload_too_large);
    if (error && error.category() == make_error_code(http::error::bad_method).category()) {
      return refuse(http::status::bad_request);
    }
    if (error) return;  // the client disconnected or timed out
    const auto& request = parser_->get();
    const auto host = authority_from(view(request[http::field::host]));
    if (!host || !host->is_loopback())
      return refuse(http::status::forbidden,
                    "The emulator only answers requests to localhost and 127.0.0.1.\n");
    const ServerAction action = frontend_.handle(
        {view(request.method_string()), view(request.target()), view(request[http::field::authorization]),
         request.body(), view(request[http::field::content_type])},
        wall_clock());
    if (!action.cut) prepare(action.response, request.keep_alive());
    cut_ = action.cut;
    if (action.delay <= Duration{0}) return go_on();
    stream_.expires_never();
    pause_.expires_after(action.delay);
    pause_.async_wait([self = shared_from_this()](error_code waited) {
      if (!waited) self->go_on();
    });
  }

  void go_on() { cut_ ? reset() : write(); }

  void prepare(const api::Response& reply, bool keep_alive) {
    response_.emplace(static_cast<http::status>(std::clamp(reply.status, 200, 599)), 11U);
    for (const auto& [name, value] : reply.headers) response_->set(canonical(name), value);
    response_->keep_alive(keep_alive);
    if (reply.status != 204 && reply.status != 304) {
      response_->body() = reply.body;
      response_->prepare_payload();
    }
    for (const auto& [name, value] : security_headers) response_->set(name, value);
  }

  /// Answers an invalid request or one for another host, then closes the connection. Otherwise a web page
  /// could point its own name at this machine and read the emulator's data.
  void refuse(http::status status, const char* why = "") {
    response_.emplace(status, 11U);
    response_->keep_alive(false);
    response_->set(http::field::content_type, "text/plain; charset=utf-8");
    response_->body() = why;
    response_->prepare_payload();
    write();
  }

  void write() {
    stream_.expires_after(idle);
    http::async_write(stream_, *response_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      self->response_->need_eof() ? self->close() : self->read();
    });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  /// Closed without lingering, a socket sends RST.
  void reset() {
    error_code ignored;
    stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    stream_.socket().close(ignored);
  }

  static constexpr std::pair<const char*, const char*> security_headers[] = {
      {"Vary", "Origin"},
      {"Referrer-Policy", "same-origin"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"X-Xss-Protection", "1; mode=block"}};

  boost::beast::tcp_stream stream_;
  asio::steady_timer pause_;
  HttpFrontend& frontend_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool cut_ = false;
};

class Listener {
 public:
  explicit Listener(asio::io_context& context) : acceptor_(context), pause_(context) {}

  error_code open(std::uint16_t port) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    return error;
  }
  std::uint16_t port() const { return port_; }

  void accept(HttpFrontend& frontend) {
    acceptor_.async_accept([this, &frontend](error_code error, tcp::socket socket) {
      if (!error) {
        std::make_shared<Connection>(std::move(socket), frontend)->read();
        return accept(frontend);
      }
      // Most likely out of descriptors, and some will be free again soon.
      pause_.expires_after(std::chrono::milliseconds(100));
      pause_.async_wait([this, &frontend](error_code waited) {
        if (!waited) accept(frontend);
      });
    });
  }

 private:
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
};

}  // namespace

Result<void> serve(const Workspace& workspace, const ServerOptions& options,
                   const std::function<void(const std::string&)>& ready) {
  asio::io_context context(1);
  asio::signal_set signals(context);
  error_code error;
  signals.add(SIGINT, error);
  signals.add(SIGTERM, error);
  Listener listener(context);
  if (!error) error = listener.open(options.port);
  if (error) {
    return fail({ErrorKind::general,
                 fmt::format("cannot listen on 127.0.0.1:{}", options.port),
                 error.message(),
                 "choose another port with --port, or leave it out to get a free one",
                 {}});
  }
  signals.async_wait([&context](error_code waited, int) {
    if (!waited) context.stop();
  });
  const std::string base = fmt::format("http://127.0.0.1:{}", listener.port());
  HttpFrontend frontend(workspace, base, options.speed, wall_clock());
  listener.accept(frontend);
  ready(base + "/v1");
  context.run();
  return {};
}

}  // namespace envlink::emulator
