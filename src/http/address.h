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

/// Or why not: `url` is no URL, has a scheme other than https (http on loopback), or carries a user name or
/// password.
tl::expected<Address, std::string> check_address(const std::string& url);

/// A proxy that the environment names for https, found as libcurl finds it.
struct Proxy {
  std::string variable;  // "HTTPS_PROXY"
  std::string host;  // "proxy.example:3128"; empty: it is no proxy's address, and no part of it may be shown
};
std::optional<Proxy> proxy_of_environment();

}  // namespace envlink::http
