#include "http/address.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "base/authority.h"

namespace envlink::http {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return {};
  std::string result = text;
  curl_free(text);
  return result;
}

/// Empty if anything is ambiguous. libcurl ends the address at an unescaped '#', '/' or '?' in a password,
/// and then takes the user for the host and part of the password for the port.
std::string host_of_proxy(const char* text) {
  static constexpr std::array<std::string_view, 6> schemes = {"http",    "https",  "socks4",
                                                              "socks4a", "socks5", "socks5h"};
  const Url url(curl_url(), &curl_url_cleanup);
  if (!url) throw std::bad_alloc();
  if (curl_url_set(url.get(), CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) !=
      CURLUE_OK)
    return {};
  const std::string path = part(url, CURLUPART_PATH);
  const std::string host = part(url, CURLUPART_HOST);
  const bool whole = (path.empty() || path == "/") && part(url, CURLUPART_QUERY).empty() &&
                     part(url, CURLUPART_FRAGMENT).empty();
  const bool known = std::ranges::find(schemes, part(url, CURLUPART_SCHEME)) != schemes.end();
  if (!whole || !known || host.find_first_of("%@ ") != std::string::npos) return {};
  const std::string port = part(url, CURLUPART_PORT);
  return port.empty() ? host : host + ":" + port;
}

}  // namespace

std::optional<Proxy> proxy_of_environment() {
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return Proxy{name, host_of_proxy(value)};
  }
  return std::nullopt;
}

tl::expected<Address, std::string> check_address(const std::string& text) {
  const Url url(curl_url(), &curl_url_cleanup);
  if (!url) throw std::bad_alloc();
  if (const auto code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0); code != CURLUE_OK)
    return tl::unexpected<std::string>(fmt::format("it is not a usable URL ({})", curl_url_strerror(code)));
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty())
    return tl::unexpected<std::string>("its user name or password would be sent instead of the key");
  const std::string scheme = part(url, CURLUPART_SCHEME);
  // libcurl normalizes IPv4 addresses to dotted form and never asks a name server for "localhost".
  const Address address{text, scheme == "https", is_loopback(part(url, CURLUPART_HOST))};
  if (address.secure || (scheme == "http" && address.loopback)) return address;
  return tl::unexpected<std::string>("only https is allowed, and plain http only to this machine");
}

}  // namespace envlink::http
