#include "http/address.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "base/text.h"

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

// libcurl writes IPv4 addresses in dotted form, whatever form they had, and never asks a name server for
// "localhost".
bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

Error refusal(const std::string& url, std::string why, std::string cure) {
  return {.kind = ErrorKind::refused,
          .what = fmt::format("Nothing is sent to {}", clean(mask_keys(url))),
          .why = std::move(why),
          .cure = std::move(cure),
          .request_id = {}};
}

}  // namespace

Result<Address> check_address(const std::string& text) {
  const Url url(curl_url(), &curl_url_cleanup);
  if (!url) throw std::bad_alloc();
  if (const auto code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0); code != CURLUE_OK) {
    return fail(refusal(text, fmt::format("it is not a usable URL ({})", curl_url_strerror(code)),
                        "Write it as https://HOST/…"));
  }
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
    return fail(refusal("a URL with a user name or password in it", "it would be sent in place of the key",
                        "Leave out the part before the @"));
  }
  const std::string scheme = part(url, CURLUPART_SCHEME);
  const Address address{text, scheme == "https", is_loopback(part(url, CURLUPART_HOST))};
  if (address.secure || (scheme == "http" && address.loopback)) return address;
  return fail(refusal(text, "only https is used, and plain http to this machine alone", "Use an https URL"));
}

}  // namespace envlink::http
