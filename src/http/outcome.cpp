#include "http/outcome.h"

#include <fmt/format.h>

#include <string>

#include "base/text.h"

namespace envlink::http {
namespace {

std::string sentence(std::string text, std::string_view detail) {
  if (!detail.empty()) text += fmt::format(" ({})", clean(mask_keys(detail)));
  return text;
}

std::string why_not_sent(const TransferResult& result) {
  switch (result.code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return sentence("the URL cannot be used", result.detail);
    case CURLE_COULDNT_RESOLVE_HOST:
      return sentence("the host name was not found", result.detail);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return sentence("the proxy's host name was not found", result.detail);
    case CURLE_OPERATION_TIMEDOUT:
      return sentence("no connection came about in time", result.detail);
    case CURLE_SSL_CONNECT_ERROR:
      return sentence("the TLS handshake failed", result.detail);
    case CURLE_PEER_FAILED_VERIFICATION:
      return sentence("the server's certificate was not accepted", result.detail);
    default:
      return sentence("no connection came about",
                      result.detail.empty() ? curl_easy_strerror(result.code) : result.detail);
  }
}

std::string why_no_answer(const TransferResult& result, const Reception& reception) {
  if (reception.headers_overflowed()) return "the answer's headers are larger than envlink accepts";
  if (reception.body_overflowed())
    return fmt::format("the answer is larger than {} MiB", api::max_body_size >> 20);
  switch (result.code) {
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("no complete answer within {}", format_duration(result.timeout));
    case CURLE_ABORTED_BY_CALLBACK:
      return "the connection closed under the request, which is not sent a second time";
    case CURLE_GOT_NOTHING:
      return "the server closed the connection without an answer";
    case CURLE_PARTIAL_FILE:
      return "the answer was cut short";
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return sentence("the server gave the HTTP/2 exchange up", result.detail);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return sentence("the connection broke", result.detail);
    case CURLE_BAD_CONTENT_ENCODING:
      return "the answer could not be decompressed";
    default:
      return sentence("the answer could not be read",
                      result.detail.empty() ? curl_easy_strerror(result.code) : result.detail);
  }
}

}  // namespace

api::Outcome outcome_of(const TransferResult& result, Reception reception) {
  const bool enough = result.foreign && reception.body_overflowed();
  if (result.code == CURLE_OK || enough) return std::move(reception).response(result.status);
  if (!result.began) return api::NotSent{why_not_sent(result)};
  return api::NoAnswer{.why = why_no_answer(result, reception),
                       .timed_out = result.code == CURLE_OPERATION_TIMEDOUT,
                       .too_large = reception.headers_overflowed() || reception.body_overflowed()};
}

}  // namespace envlink::http
