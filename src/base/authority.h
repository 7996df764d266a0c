#pragma once
// "host:port" as in a URL or a Host header, and whether it is this machine.

#include <optional>
#include <string>
#include <string_view>

namespace envlink {

/// localhost, 127.0.0.0/8 or [::1]. Other names of this machine do not count. `host`: lower case.
bool is_loopback(std::string_view host);

struct Authority {
  std::string host;  // lower case; an IPv6 address in brackets, of which only [::1] is accepted
  std::string port;  // including its colon, or empty

  bool is_loopback() const { return envlink::is_loopback(host); }
};

/// nullopt: more than a host and a port, for example a user name, or invalid.
std::optional<Authority> authority_from(std::string_view text);

}  // namespace envlink
