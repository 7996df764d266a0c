#include "emulator/webhook_url.h"

#include <algorithm>
#include <charconv>

#include "base/authority.h"

namespace envlink::emulator {

tl::expected<WebhookUrl, std::string> webhook_url(std::string_view url) {
  constexpr const char* elsewhere = "the emulator only delivers to this machine";
  const bool is_http = url.starts_with("http://");
  const std::size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return tl::unexpected<std::string>(elsewhere);
  const std::size_t from = slashes + 2;
  const std::size_t end = std::min(url.find_first_of("/?#", from), url.size());
  const auto authority = authority_from(url.substr(from, end - from));
  if (!authority || !authority->is_loopback()) return tl::unexpected<std::string>(elsewhere);
  if (!is_http) return tl::unexpected<std::string>("the emulator only delivers over http");
  WebhookUrl out;
  out.host = authority->host;
  const std::string& port = authority->port;
  if (!port.empty()) std::from_chars(port.data() + 1, port.data() + port.size(), out.port);
  const std::string_view rest = url.substr(end, std::min(url.find('#', end), url.size()) - end);
  out.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  const bool plain = std::ranges::all_of(out.target, [](char c) { return c > ' ' && c <= '~'; });
  if (!plain) return tl::unexpected<std::string>("the path of the url must be percent-encoded");
  return out;
}

}  // namespace envlink::emulator
