#pragma once
// A server on 127.0.0.1 that can misbehave: it reads whole HTTP/1.1 requests, counts them, and lets the test
// write any bytes, or none, as the answer.

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace envlink::http::testing {

struct Received {
  std::string line;  // "GET /v1/services HTTP/1.1"
  std::string head;  // all header lines, as received
  std::string body;
  int on_connection = 0;  // 1: the first request of its connection
};

/// One accepted connection, valid while the test answers.
class Peer {
 public:
  explicit Peer(int descriptor) : descriptor_(descriptor) {}
  void write(std::string_view bytes);
  /// A complete answer with a Content-Length.
  void answer(int status, std::string_view body, std::string_view headers = {});
  void close();
  void reset();              // RST instead of FIN
  void hold_until_closed();  // sends nothing until the client or the server gives up
  bool open() const { return descriptor_ >= 0; }

 private:
  friend class RawServer;
  int descriptor_;
};

class RawServer {
 public:
  using Handler = std::function<void(Peer&, const Received&)>;
  explicit RawServer(Handler handler);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  int port() const { return port_; }
  std::string url(std::string_view path = {}) const;
  std::vector<Received> received() const;
  /// How many requests start with `line_start`: "POST /v1".
  int count(std::string_view line_start) const;
  int connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int descriptor);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
  std::vector<int> descriptors_;
  std::list<std::thread> threads_;  // the acceptor adds to it; the destructor joins it after the acceptor
  std::thread acceptor_;
};

/// A port of 127.0.0.1 without a listener.
int free_port();

}  // namespace envlink::http::testing
