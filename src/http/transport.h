#pragma once
// The engine's transport over libcurl: HTTP/2, verified TLS, proxies from the environment, one thread.
// Ctrl-C, SIGTERM and SIGHUP end the same wait. Redirects are never followed. The key is sent in a header,
// and masked if an answer repeats it.

#include <memory>
#include <string>

#include "base/secret.h"
#include "engine/ports.h"

namespace envlink::http {

struct Options {
  std::string base_url;     // "https://api.render.com/v1"; check_address says what is allowed
  std::string user_agent;   // "envlink/0.1.0"
  bool other_host = false;  // `base_url` is not Render's
};

class CurlTransport final : public engine::Transport {
 public:
  /// `clock` is the clock of `wait`'s argument, and must outlive the transport.
  CurlTransport(Options options, const Secret& key, engine::Clock& clock);
  ~CurlTransport() override;

  /// A call that must not or cannot be sent gets NotSent from the next `wait`.
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlink::http
