#include "emulator/server.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
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
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "base/authority.h"
#include "emulator/gzip.h"
#include "emulator/http_frontend.h"
#include "emulator/webhook_sender.h"

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

using Plain = boost::beast::tcp_stream;
using Tls = asio::ssl::stream<boost::beast::tcp_stream>;

/// One client. Exists as long as one of its operations is in progress. `Stream`: Plain or Tls.
template <class Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(Stream stream, HttpFrontend& frontend, bool gzip)
      : stream_(std::move(stream)), pause_(stream_.get_executor()), frontend_(frontend), gzip_(gzip) {
    error_code ignored;
    tcp_stream().socket().set_option(tcp::no_delay(true), ignored);
  }

  void start() {
    if constexpr (is_tls) {
      tcp_stream().expires_after(idle);
      stream_.async_handshake(Tls::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->read();
      });
    } else {
      read();
    }
  }

 private:
  using Request = http::request<http::string_body>;
  static constexpr bool is_tls = std::is_same_v<Stream, Tls>;

  void read() {
    parser_.emplace();
    parser_->header_limit(most_header_bytes);
    parser_->body_limit(most_body_bytes);
    tcp_stream().expires_after(idle);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

  void on_read(error_code error) {
    if (error == http::error::end_of_stream) return close();
    if (error == http::error::header_limit) return refuse(http::status::request_header_fields_too_large);
    if (error == http::error::body_limit) return refuse(http::status::payload_too_large);
    if (error && error.category() == make_error_code(http::error::bad_method).category()) {
      return refuse(http::status::bad_request);
    }
    if (error) return;  // the client disconnected or timed out
    const Request& request = parser_->get();
    const auto host = authority_from(view(request[http::field::host]));
    if (!host || !host->is_loopback())
      return refuse(http::status::forbidden,
                    "The emulator only answers requests to localhost and 127.0.0.1.\n");
    const ServerAction action = frontend_.handle(
        {view(request.method_string()), view(request.target()), view(request[http::field::authorization]),
         request.body(), view(request[http::field::content_type])},
        wall_clock());
    if (!action.cut) prepare(action.response, request);
    cut_ = action.cut;
    if (action.delay <= Duration{0}) return go_on();
    tcp_stream().expires_never();
    pause_.expires_after(action.delay);
    pause_.async_wait([self = this->shared_from_this()](error_code waited) {
      if (!waited) self->go_on();
    });
  }

  void go_on() { cut_ ? reset() : write(); }

  void prepare(const api::Response& reply, const Request& request) {
    response_.emplace(static_cast<http::status>(std::clamp(reply.status, 200, 599)), 11U);
    for (const auto& [name, value] : reply.headers) response_->set(canonical(name), value);
    response_->keep_alive(request.keep_alive());
    for (const auto& [name, value] : security_headers) response_->set(name, value);
    if (reply.status == 204 || reply.status == 304) return;
    response_->body() = reply.body;
    if (gzip_ && !reply.body.empty()) compress(request);
    set_length();
  }

  void compress(const Request& request) {
    response_->set(http::field::vary, "Origin, Accept-Encoding");
    if (!accepts_gzip(view(request[http::field::accept_encoding]))) return;
    response_->set(http::field::content_encoding, "gzip");
    response_->body() = gzip(response_->body());
  }

  /// A reply to HEAD has the length of the body that GET would get, but not the body.
  void set_length() {
    response_->prepare_payload();
    if (parser_->get().method() == http::verb::head) response_->body().clear();
  }

  /// Answers an invalid request or one for another host, then closes the connection. Otherwise a web page
  /// could point its own name at this machine and read the emulator's data.
  void refuse(http::status status, const char* why = "") {
    response_.emplace(status, 11U);
    response_->keep_alive(false);
    response_->set(http::field::content_type, "text/plain; charset=utf-8");
    response_->body() = why;
    set_length();
    write();
  }

  void write() {
    tcp_stream().expires_after(idle);
    http::async_write(stream_, *response_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      self->response_->need_eof() ? self->close() : self->read();
    });
  }

  void close() {
    if constexpr (is_tls) {
      tcp_stream().expires_after(idle);
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->end_sending(); });
    } else {
      end_sending();
    }
  }

  void end_sending() {
    error_code ignored;
    tcp_stream().socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  /// Closed without lingering, a socket sends RST.
  void reset() {
    error_code ignored;
    tcp_stream().socket().set_option(asio::socket_base::linger(true, 0), ignored);
    tcp_stream().socket().close(ignored);
  }

  boost::beast::tcp_stream& tcp_stream() { return boost::beast::get_lowest_layer(stream_); }

  static constexpr std::pair<const char*, const char*> security_headers[] = {
      {"Vary", "Origin"},
      {"Referrer-Policy", "same-origin"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"X-Xss-Protection", "1; mode=block"}};

  Stream stream_;
  asio::steady_timer pause_;
  HttpFrontend& frontend_;
  bool gzip_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool cut_ = false;
};

template <class Stream>
void start_connection(Stream stream, HttpFrontend& frontend, bool gzip) {
  std::make_shared<Connection<Stream>>(std::move(stream), frontend, gzip)->start();
}

/// OpenSSL keeps its own reference to the key.
asio::ssl::context tls_context(const Certificate& certificate) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  context.use_certificate(asio::buffer(certificate.pem), asio::ssl::context::pem);
  if (SSL_CTX_use_PrivateKey(context.native_handle(), certificate.key.get()) != 1)
    throw std::runtime_error("OpenSSL does not accept the key of its own certificate");
  return context;
}

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

  void accept(std::function<void(tcp::socket)> connect) {
    connect_ = std::move(connect);
    accept_next();
  }

 private:
  void accept_next() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!error) {
        connect_(std::move(socket));
        return accept_next();
      }
      // Most likely out of descriptors, and some will be free again soon.
      pause_.expires_after(std::chrono::milliseconds(100));
      pause_.async_wait([this](error_code waited) {
        if (!waited) accept_next();
      });
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::function<void(tcp::socket)> connect_;
  std::uint16_t port_ = 0;
};

}  // namespace

Result<void> serve(const Workspace& workspace, const ServerOptions& options,
                   const std::function<Result<void>(const std::string&)>& ready) {
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
  const std::string base =
      fmt::format("{}://127.0.0.1:{}", options.certificate ? "https" : "http", listener.port());
  HttpFrontend frontend(workspace, base, options.speed, wall_clock());
  const WebhookSender sender(context, frontend);
  std::optional<asio::ssl::context> tls;
  if (options.certificate) tls = tls_context(*options.certificate);
  if (auto announced = ready(base + "/v1"); !announced) return announced;
  listener.accept([&](tcp::socket socket) {
    if (tls) {
      start_connection(Tls(std::move(socket), *tls), frontend, options.gzip);
    } else {
      start_connection(Plain(std::move(socket)), frontend, options.gzip);
    }
  });
  context.run();
  return {};
}

}  // namespace envlink::emulator
