#pragma once
// "host:port", as a URL or a Host header has it, and whether it is this machine.

#include <optional>
#include <string>
#include <string_view>

namespace envlink {

/// localhost, 127.0.0.0/8 or [::1]. Other names may lead here and are none of ours. `host`: in lower case.
bool is_loopback(std::string_view host);

struct Authority {
  std::string host;  // in lower case; an IPv6 address in brackets, of which only [::1] is known
  std::string port;  // with its colon, or empty

  bool is_loopback() const { return envlink::is_loopback(host); }
};

/// nullopt: no host with a port at most, such as one with a user name before it.
std::optional<Authority> authority_from(std::string_view text);

}  // namespace envlink
