#pragma once
// Where a request may go: https anywhere, plain http to this machine only.

#include <string>

#include "base/error.h"

namespace envlink::http {

struct Address {
  std::string url;
  bool secure = false;    // https
  bool loopback = false;  // localhost, 127.0.0.0/8 or ::1
};

/// Fails with ErrorKind::refused where `url` is no URL, has a scheme other than https (http on loopback), or
/// carries a user name or password.
Result<Address> check_address(const std::string& url);

}  // namespace envlink::http
