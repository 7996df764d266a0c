#include "http/raw_server_test.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace envlink::http::testing {
namespace {

std::pair<int, int> listen_anywhere() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(descriptor, generic, size) != 0 || listen(descriptor, 64) != 0 ||
      getsockname(descriptor, generic, &size) != 0) {
    throw std::runtime_error("no port of 127.0.0.1 to listen on");
  }
  return {descriptor, ntohs(address.sin_port)};
}

std::size_t content_length(std::string head) {
  std::ranges::transform(head, head.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto at = head.find("content-length:");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 15, nullptr, 10);
}

bool read_more(int descriptor, std::string& buffer) {
  char bytes[4096];
  const ssize_t size = recv(descriptor, bytes, sizeof bytes, 0);
  if (size > 0) buffer.append(bytes, static_cast<std::size_t>(size));
  return size > 0;
}

bool read_request(int descriptor, std::string& buffer, Received& request) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(descriptor, buffer)) return false;
  }
  const std::size_t line_end = buffer.find("\r\n");
  request.line = buffer.substr(0, line_end);
  request.head = buffer.substr(line_end + 2, end - line_end);
  const std::size_t size = content_length(request.head);
  while (buffer.size() < end + 4 + size) {
    if (!read_more(descriptor, buffer)) return false;
  }
  request.body = buffer.substr(end + 4, size);
  buffer.erase(0, end + 4 + size);
  return true;
}

}  // namespace

void Peer::write(std::string_view bytes) {
  while (open() && !bytes.empty()) {
    const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return close();
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void Peer::answer(int status, std::string_view body, std::string_view headers) {
  write(
      fmt::format("HTTP/1.1 {} Said\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), headers, body));
}

void Peer::close() {
  if (open()) shutdown(std::exchange(descriptor_, -1), SHUT_RDWR);
}

void Peer::reset() {
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  descriptor_ = -1;  // `serve` closes it, which sends the RST
}

void Peer::hold_until_closed() {
  std::string ignored;
  while (read_more(descriptor_, ignored)) continue;
  close();
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  std::tie(listener_, port_) = listen_anywhere();
  acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int descriptor : descriptors_) shutdown(descriptor, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  close(listener_);
}

std::string RawServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<Received> RawServer::received() const {
  const std::scoped_lock lock(mutex_);
  return received_;
}

int RawServer::count(std::string_view line_start) const {
  const auto all = received();
  return static_cast<int>(std::ranges::count_if(
      all, [&](const Received& request) { return request.line.starts_with(line_start); }));
}

void RawServer::accept_all() {
  sigset_t every;
  sigfillset(&every);
  pthread_sigmask(SIG_BLOCK, &every, nullptr);  // signals are for the thread under test
  for (;;) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    {
      const std::scoped_lock lock(mutex_);
      descriptors_.push_back(descriptor);
    }
    threads_.emplace_back([this, descriptor] { serve(descriptor); });
  }
}

void RawServer::serve(int descriptor) {
  Peer peer(descriptor);
  std::string buffer;
  for (int number = 1; peer.open(); ++number) {
    Received request;
    request.on_connection = number;
    if (!read_request(descriptor, buffer, request)) break;
    {
      const std::scoped_lock lock(mutex_);
      received_.push_back(request);
    }
    handler_(peer, request);
  }
  const std::scoped_lock lock(mutex_);
  std::erase(descriptors_, descriptor);
  ::close(descriptor);
}

int free_port() {
  const auto [descriptor, port] = listen_anywhere();
  close(descriptor);
  return port;
}

}  // namespace envlink::http::testing
