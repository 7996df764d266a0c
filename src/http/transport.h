#pragma once
// The engine's transport over libcurl: HTTP/2, verified TLS, proxies from the environment, one thread.
// Ctrl-C, SIGTERM and SIGHUP arrive through the same wait. Redirects are answers, never followed. The key
// leaves in a header and never comes back: where an answer repeats it, it is masked.

#include <memory>
#include <string>

#include "base/secret.h"
#include "engine/ports.h"

namespace envlink::http {

struct Options {
  std::string base_url;    // "https://api.render.com/v1"; see check_address for what is allowed
  std::string user_agent;  // "envlink/0.1.0"
};

class CurlTransport final : public engine::Transport {
 public:
  /// `clock` gives the times that `wait`'s argument is measured in, and outlives the transport.
  CurlTransport(Options options, const Secret& key, engine::Clock& clock);
  ~CurlTransport() override;

  /// A call that must not or cannot go out is answered NotSent by the next `wait`.
  void send(const engine::Call& call) override;
  engine::Arrivals wait(std::optional<Time> until) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace envlink::http
