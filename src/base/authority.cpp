#include "base/authority.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace envlink {
namespace {

constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyz0123456789.-_";

std::optional<int> number_from(std::string_view text, int max) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number >= 0 && number <= max ? std::optional(number) : std::nullopt;
}

/// 127.0.0.0/8 with four decimal numbers: programs disagree on shorter forms.
bool is_loopback_v4(std::string_view host) {
  for (int part = 0; part < 4; ++part) {
    const auto end = std::min(host.find('.'), host.size());
    const auto number = number_from(host.substr(0, end), 255);
    if (!number || (part == 0 && *number != 127) || (part < 3) != (end < host.size())) return false;
    host.remove_prefix(std::min(end + 1, host.size()));
  }
  return true;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

std::optional<Authority> authority_from(std::string_view text) {
  Authority authority;
  const auto bracket = text.find(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  authority.host = lower(text.substr(0, colon));
  if (colon != std::string_view::npos) {
    const auto port = number_from(text.substr(colon + 1), 65535);
    if (!port || *port == 0) return std::nullopt;
    authority.port = ":" + std::to_string(*port);
  }
  if (authority.host == "[::1]") return authority;
  const bool plain =
      !authority.host.empty() && authority.host.find_first_not_of(host_characters) == std::string::npos;
  return plain ? std::optional(std::move(authority)) : std::nullopt;
}

}  // namespace envlink
