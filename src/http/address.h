#pragma once
// Where a request may go: https anywhere, plain http to this machine only.

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

}  // namespace envlink::http
