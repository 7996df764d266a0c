#pragma once
// The address of a webhook that the emulator can reach: on this machine, over http.

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace envlink::emulator {

struct WebhookUrl {
  std::string host;  // localhost, an IPv4 address or [::1]
  std::uint16_t port = 80;
  std::string target;  // "/hook?x=1"
};

/// Or why nothing can be sent there.
tl::expected<WebhookUrl, std::string> webhook_url(std::string_view url);

}  // namespace envlink::emulator
