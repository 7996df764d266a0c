#include "emulator/webhook_sender.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "emulator/webhook_url.h"

namespace envlink::emulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using tcp = asio::ip::tcp;

constexpr std::size_t most_open = 10;
constexpr auto most_time = std::chrono::seconds(15);  // as Render documents
constexpr std::uint32_t most_header_bytes = 16 * 1024;
constexpr std::uint64_t most_body_bytes = 64 * 1024;

Time wall_clock() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

/// localhost may be either: programs differ in where they listen.
std::vector<tcp::endpoint> endpoints_of(const WebhookUrl& url) {
  const tcp::endpoint v4(asio::ip::address_v4::loopback(), url.port);
  const tcp::endpoint v6(asio::ip::address_v6::loopback(), url.port);
  if (url.host == "localhost") return {v4, v6};
  if (url.host == "[::1]") return {v6};
  error_code error;
  const auto address = asio::ip::make_address_v4(url.host, error);
  return error ? std::vector<tcp::endpoint>() : std::vector{tcp::endpoint(address, url.port)};
}

/// One attempt. Exists as long as one of its operations is in progress.
class Sending : public std::enable_shared_from_this<Sending> {
 public:
  using Done = std::function<void(DeliveryResult)>;

  Sending(asio::io_context& context, Done done) : stream_(context), done_(std::move(done)) {}

  void start(const Delivery& delivery, const WebhookUrl& url) {
    request_ = {http::verb::post, url.target, 11};
    for (const auto& [name, value] : delivery.headers) request_.set(name, value);
    request_.set(http::field::host, url.host + ":" + std::to_string(url.port));
    request_.set(http::field::connection, "close");
    request_.body() = delivery.body;
    request_.prepare_payload();
    parser_.header_limit(most_header_bytes);
    parser_.body_limit(most_body_bytes);
    endpoints_ = endpoints_of(url);
    stream_.expires_after(most_time);  // for all of it
    stream_.async_connect(endpoints_, [self = shared_from_this()](error_code error, const tcp::endpoint&) {
      error ? self->fail(error) : self->write();
    });
  }

 private:
  void write() {
    http::async_write(stream_, request_, [self = shared_from_this()](error_code error, std::size_t) {
      error ? self->fail(error) : self->read();
    });
  }

  void read() {
    http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](error_code error, std::size_t) {
      // Of a body that is too long, the status counts.
      const bool answered = !error || (error == http::error::body_limit && self->parser_.is_header_done());
      if (!answered) return self->fail(error);
      auto& response = self->parser_.get();
      self->done_({.status = response.result_int(), .body = std::move(response.body())});
    });
  }

  void fail(error_code error) { done_({.error = error.message()}); }

  boost::beast::tcp_stream stream_;
  Done done_;
  std::vector<tcp::endpoint> endpoints_;
  http::request<http::string_body> request_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
};

}  // namespace

class WebhookSender::Work {
 public:
  Work(asio::io_context& context, HttpFrontend& frontend)
      : context_(context), frontend_(frontend), timer_(context) {
    frontend_.on_change([this] { wait(); });
  }
  ~Work() { frontend_.on_change({}); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

 private:
  /// Until something is due, if there is room for it.
  void wait() {
    const auto next = open_ < most_open ? frontend_.next_delivery() : std::nullopt;
    if (!next) return void(timer_.cancel());
    timer_.expires_at(*next);
    timer_.async_wait([this](error_code error) {
      if (!error) send_what_is_due();
    });
  }

  void send_what_is_due() {
    for (const Delivery& delivery : frontend_.due_deliveries(wall_clock(), most_open - open_)) {
      ++open_;
      auto done = [this, number = delivery.number](DeliveryResult result) {
        --open_;
        frontend_.delivered(number, std::move(result), wall_clock());
        wait();
      };
      if (const auto url = webhook_url(delivery.url)) {
        std::make_shared<Sending>(context_, std::move(done))->start(delivery, *url);
      } else {
        asio::post(context_, [done = std::move(done), error = url.error()] { done({.error = error}); });
      }
    }
    wait();
  }

  asio::io_context& context_;
  HttpFrontend& frontend_;
  asio::system_timer timer_;
  std::size_t open_ = 0;
};

WebhookSender::WebhookSender(asio::io_context& context, HttpFrontend& frontend)
    : work_(std::make_unique<Work>(context, frontend)) {}
WebhookSender::~WebhookSender() = default;

}  // namespace envlink::emulator
