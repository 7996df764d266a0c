#include "http/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <new>
#include <stdexcept>

#include "api/written_value.h"
#include "base/mask_keys.h"
#include "base/text.h"

namespace envlink::http {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds connect_timeout{10'000};

milliseconds allowed(const engine::Call& call) {
  // libcurl treats 0 as "no limit".
  return std::max(std::chrono::ceil<milliseconds>(call.timeout), milliseconds{1});
}

/// libcurl's message, unless it may quote a proxy's address, which may contain a password.
std::string_view safe_to_show(std::string_view detail, const std::optional<Proxy>& proxy) {
  const bool misread = proxy && proxy->host.empty();
  return misread || detail.find('@') != std::string_view::npos ? std::string_view{} : detail;
}

std::string sentence(std::string text, std::string_view detail) {
  if (!detail.empty()) text += fmt::format(" ({})", clean(mask_keys(detail)));
  return text;
}

std::string proxy_problem(const std::optional<Proxy>& proxy) {
  if (!proxy || !proxy->host.empty()) return {};
  return fmt::format(
      ". {} is not a valid proxy address: # / ? @ % and spaces in its password must be "
      "percent-encoded",
      proxy->variable);
}

std::string why_not_sent(CURLcode code, std::string_view detail) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return sentence("the URL cannot be used", detail);
    case CURLE_COULDNT_RESOLVE_HOST:
      return sentence("the host name was not found", detail);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return sentence("the proxy's host name was not found", detail);
    case CURLE_OPERATION_TIMEDOUT:
      return sentence("could not connect in time", detail);
    case CURLE_SSL_CONNECT_ERROR:
      return sentence("the TLS handshake failed", detail);
    case CURLE_PEER_FAILED_VERIFICATION:
      return sentence("the server's certificate was not accepted", detail);
    default:
      return sentence("could not connect", detail.empty() ? curl_easy_strerror(code) : detail);
  }
}

std::string why_no_answer(CURLcode code, std::string_view detail, Duration timeout) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("no complete answer within {}", format_duration(timeout));
    case CURLE_ABORTED_BY_CALLBACK:
      return "the connection closed during the request, which is not sent again";
    case CURLE_GOT_NOTHING:
      return "the server closed the connection without an answer";
    case CURLE_PARTIAL_FILE:
      return "the answer was cut short";
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return sentence("the server aborted the HTTP/2 exchange", detail);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return sentence("the connection broke", detail);
    case CURLE_BAD_CONTENT_ENCODING:
      return "the answer could not be decompressed";
    default:
      return sentence("the answer could not be read", detail.empty() ? curl_easy_strerror(code) : detail);
  }
}

/// Of "http://127.0.0.1:8080/v1/owners": "127.0.0.1:8080".
std::string host_in(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

}  // namespace

trust::Authorities trusted_authorities() {
  const char* bundle = std::getenv("CURL_CA_BUNDLE");
  return bundle != nullptr && *bundle != '\0' ? trust::Authorities{bundle, {}} : trust::authorities();
}

Exchange::Exchange(const engine::Call& call, const Address& address, const trust::Authorities& trusted,
                   const std::string& user_agent, const std::string& authorization)
    : call_(call),
      loopback_(address.loopback),
      has_authorities_(!trusted.file.empty() || !trusted.folder.empty()),
      host_(host_in(address.url)),
      reception_(call.request.foreign ? max_foreign_body : api::max_body_size) {
  handle_.reset(curl_easy_init());
  if (!handle_) throw std::bad_alloc();
  set_connection(address, trusted);
  if (!authorization.empty()) add_header("Authorization: " + authorization);
  add_header("User-Agent: " + user_agent);
  set_message();
  set_callbacks();
}

template <class Value>
void Exchange::set(CURLoption option, Value value) {
  // In brackets: the macro with the same name cannot check a non-constant option.
  if (const auto code = (curl_easy_setopt)(handle_.get(), option, value); code != CURLE_OK) {
    throw std::logic_error(
        fmt::format("libcurl option {}: {}", static_cast<int>(option), curl_easy_strerror(code)));
  }
}

void Exchange::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  if (!headers_) headers_.reset(longer);
}

void Exchange::set_connection(const Address& address, const trust::Authorities& trusted) {
  set(CURLOPT_URL, address.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, address.secure ? "https" : "http");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Share one HTTP/2 connection. Without TLS there is no HTTP/2, and waiting would only queue the requests.
  set(CURLOPT_PIPEWAIT, address.secure ? 1L : 0L);
  // A proxy cannot reach this machine's loopback, and would see the key.
  if (address.loopback) set(CURLOPT_PROXY, "");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!trusted.file.empty()) {
    set(CURLOPT_CAINFO, trusted.file.c_str());
    set(CURLOPT_PROXY_CAINFO, trusted.file.c_str());
  }
  if (!trusted.folder.empty()) {
    set(CURLOPT_CAPATH, trusted.folder.c_str());
    set(CURLOPT_PROXY_CAPATH, trusted.folder.c_str());
  }
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a second Ctrl-C does not wait for a name server
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(allowed(call_).count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(allowed(call_), connect_timeout).count()));
}

void Exchange::set_message() {
  const api::Request& request = call_.request;
  const std::string_view body = api::WrittenValue::body_of(request);
  const bool has_body = !body.empty();
  const std::string method(api::to_string(request.method));
  if (request.method == api::Method::get) {
    set(CURLOPT_HTTPGET, 1L);
  } else if (request.method == api::Method::delete_ && !has_body) {
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.data());
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
    add_header(has_body ? "Content-Type: application/json" : "Content-Type:");
    add_header("Expect:");
  }
  add_header(request.foreign ? "Accept: */*" : "Accept: application/json");
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_ACCEPT_ENCODING, "");  // everything that this libcurl can decompress
}

void Exchange::set_callbacks() {
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, detail_.data());
  set(CURLOPT_PREREQFUNCTION, &on_prepared);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, this);
}

// libcurl calls this each time it is about to send on a connection. It resends a request by itself if a
// reused connection dies or an HTTP/2 server refuses the stream. The first attempt may have taken effect, so
// a write is not sent again.
int Exchange::on_prepared(void* self, char*, char*, int, int) noexcept {
  auto& exchange = *static_cast<Exchange*>(self);
  ++exchange.sendings_;
  const bool repeatable = exchange.call_.request.method == api::Method::get;
  return exchange.sendings_ == 1 || repeatable ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

std::size_t Exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  return static_cast<Exchange*>(self)->reception_.take_header({data, size * count}) ? size * count : 0;
}

std::size_t Exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  return static_cast<Exchange*>(self)->reception_.take_body({data, size * count}) ? size * count : 0;
}

api::Outcome Exchange::outcome_of(CURLcode code) {
  const bool headers_overflowed = reception_.headers_overflowed();
  const bool body_overflowed = reception_.body_overflowed();
  if (code == CURLE_OK || (call_.request.foreign && body_overflowed)) {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return std::move(reception_).response(static_cast<int>(status));
  }
  const std::optional<Proxy> proxy = loopback_ ? std::nullopt : proxy_of_environment();
  const std::string_view detail = safe_to_show(detail_.data(), proxy);
  // Once libcurl starts sending, bytes may have left.
  if (sendings_ == 0) {
    const bool nothing_listens = loopback_ && code == CURLE_COULDNT_CONNECT;
    const bool no_authorities = code == CURLE_PEER_FAILED_VERIFICATION && !has_authorities_;
    const std::string_view reason =
        no_authorities ? "this machine has no list of certificate authorities" : detail;
    return api::NotSent{.why = why_not_sent(code, reason) + proxy_problem(proxy),
                        .local_host = nothing_listens ? host_ : std::string(),
                        .no_authorities = no_authorities};
  }
  if (headers_overflowed)
    return api::NoAnswer{.why = "the answer's headers are larger than envlink accepts", .too_large = true};
  if (body_overflowed)
    return api::NoAnswer{.why = fmt::format("the answer is larger than {} MiB", api::max_body_size >> 20),
                         .too_large = true};
  return api::NoAnswer{.why = why_no_answer(code, detail, call_.timeout),
                       .timed_out = code == CURLE_OPERATION_TIMEDOUT};
}

engine::Reply Exchange::finish(CURLcode code) {
  return {call_.id, outcome_of(code)};
}

}  // namespace envlink::http
