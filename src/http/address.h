#pragma once
// Where a request may go: https anywhere, plain http to this machine only; and through which proxy.

#include <optional>
#include <string>

#include <tl/expected.hpp>

namespace envlink::http {

struct Address {
  std::string url;
  bool secure = false;    // https
  bool loopback = false;  // localhost, 127.0.0.0/8 or ::1
};

/// The error says why not: `url` is invalid, has a scheme other than https (http on loopback), or contains a
/// user name or password.
tl::expected<Address, std::string> check_address(const std::string& url);

/// The proxy for https from the environment, chosen like libcurl does.
struct Proxy {
  std::string variable;  // "HTTPS_PROXY"
  std::string host;      // "proxy.example:3128"; empty: invalid, and no part of it may be shown
};
std::optional<Proxy> proxy_of_environment();

}  // namespace envlink::http
