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

/// Empty where anything may be misread. An unescaped '#', '/' or '?' in a password ends the address there for
/// libcurl: what it takes for the host is the user, and for the port a part of the password.
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
    return tl::unexpected<std::string>("it would be sent in place of the key");
  const std::string scheme = part(url, CURLUPART_SCHEME);
  // libcurl writes IPv4 addresses in dotted form, whatever form they had, and never asks a name server for
  // "localhost".
  const Address address{text, scheme == "https", is_loopback(part(url, CURLUPART_HOST))};
  if (address.secure || (scheme == "http" && address.loopback)) return address;
  return tl::unexpected<std::string>("only https is used, and plain http to this machine alone");
}

}  // namespace envlink::http
