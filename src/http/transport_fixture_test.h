#pragma once
// A transport with a key, for a test server.

#include <cstdlib>
#include <string>
#include <variant>

#include "base/secret.h"
#include "base/variable_test.h"
#include "http/system_clock.h"
#include "http/transport.h"

namespace envlink::http::testing {

inline const std::string key_text = "rnd_0123456789abcdefghij";

inline engine::Call call(api::Method method, std::string target, std::string body = {},
                         Duration timeout = std::chrono::seconds(20)) {
  return {
      .id = 1,
      .request = {.method = method, .target = std::move(target), .body = std::move(body), .foreign = false},
      .timeout = timeout};
}

inline engine::Call foreign(std::string url) {
  engine::Call result = call(api::Method::get, std::move(url));
  result.request.foreign = true;
  return result;
}

// Ignore the machine's proxies and certificate authorities.
inline const bool environment_is_neutral = [] {
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
                           "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"}) {
    unsetenv(name);
  }
  return true;
}();

class Client {
 public:
  explicit Client(std::string base_url, const std::string& key = key_text)
      : transport({.base_url = std::move(base_url), .user_agent = "envlink/test"}, Secret(key), clock) {}

  /// Sends a request and waits for its answer.
  api::Outcome ask(const engine::Call& what) {
    transport.send(what);
    return transport.wait(std::nullopt).replies.at(0).outcome;
  }

  SystemClock clock;
  CurlTransport transport;
};

inline int status_of(const api::Outcome& outcome) {
  const auto* response = std::get_if<api::Response>(&outcome);
  return response == nullptr ? 0 : response->status;
}

/// Why there is no answer; "" if there is one.
inline std::string why_of(const api::Outcome& outcome) {
  if (const auto* not_sent = std::get_if<api::NotSent>(&outcome)) return "not sent: " + not_sent->why;
  if (const auto* no_answer = std::get_if<api::NoAnswer>(&outcome)) return "no answer: " + no_answer->why;
  return {};
}

using envlink::testing::Variable;

}  // namespace envlink::http::testing
