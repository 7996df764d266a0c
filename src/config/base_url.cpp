#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "config/credentials.h"

namespace envlink::config {
namespace {

constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
constexpr std::string_view path_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~%/-";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::optional<int> number_from(std::string_view text, int max) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number >= 0 && number <= max ? std::optional(number) : std::nullopt;
}

/// 127.0.0.0/8 with four decimal numbers: shorter forms are read differently by different programs.
bool is_loopback_v4(std::string_view host) {
  for (int part = 0; part < 4; ++part) {
    const auto end = std::min(host.find('.'), host.size());
    const auto number = number_from(host.substr(0, end), 255);
    if (!number || (part == 0 && *number != 127) || (part < 3) != (end < host.size())) return false;
    host.remove_prefix(std::min(end + 1, host.size()));
  }
  return true;
}

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

struct Authority {
  std::string host;
  std::string port;  // with its colon, or empty
};

std::optional<Authority> authority_from(std::string_view text) {
  Authority authority;
  const auto bracket = text.find(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  authority.host = lower(text.substr(0, colon));
  if (colon != std::string_view::npos) {
    const auto port = number_from(text.substr(colon + 1), 65535);
    if (!port || *port == 0) return std::nullopt;
    authority.port = fmt::format(":{}", *port);
  }
  if (authority.host == "[::1]") return authority;
  const bool plain =
      !authority.host.empty() && authority.host.find_first_not_of(host_characters) == std::string::npos;
  return plain ? std::optional(std::move(authority)) : std::nullopt;
}

Error unusable(const std::string& host, const char* why) {
  return {ErrorKind::usage,
          fmt::format("RENDER_HOST `{}` cannot be used", mask_keys(clean(host, 100))),
          why,
          "set RENDER_HOST to https://api.render.com/v1/, or remove it",
          {}};
}

}  // namespace

bool is_loopback(const std::string& base_url) {
  std::string_view rest = base_url;
  const auto scheme = rest.find("://");
  if (scheme == std::string_view::npos) return false;
  rest.remove_prefix(scheme + 3);
  const auto authority = authority_from(rest.substr(0, rest.find('/')));
  return authority && is_loopback_host(authority->host);
}

Result<std::string> base_url_from(const std::string& host) {
  std::string_view rest = host;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  while (rest.ends_with(' ') || rest.ends_with('\n') || rest.ends_with('\r')) rest.remove_suffix(1);
  std::string scheme;
  if (const auto end = rest.find("://"); end != std::string_view::npos) {
    scheme = lower(rest.substr(0, end));
    rest.remove_prefix(end + 3);
    if (scheme != "http" && scheme != "https") return fail(unusable(host, "only http and https are known"));
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto authority = authority_from(rest.substr(0, slash));
  std::string_view path = rest.substr(slash);
  if (!authority || path.find_first_not_of(path_characters) != std::string_view::npos) {
    return fail(unusable(host, "it is not a host, with a port and a path at most"));
  }
  const bool loopback = is_loopback_host(authority->host);
  if (scheme.empty()) scheme = loopback ? "http" : "https";
  if (scheme == "http" && !loopback) {
    return fail(unusable(host, "plain http would show the API key to everyone on the way"));
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/v1")) path.remove_suffix(3);
  while (path.ends_with('/')) path.remove_suffix(1);
  return fmt::format("{}://{}{}{}/v1", scheme, authority->host, authority->port, path);
}

}  // namespace envlink::config
