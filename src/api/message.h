#pragma once
// Requests to the API and their outcomes, as values.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "base/words.h"

namespace envlink::api {

enum class Method { get, post, patch, put, delete_ };
constexpr auto words(Method) {
  return std::to_array<std::string_view>({"GET", "POST", "PATCH", "PUT", "DELETE"});
}
constexpr std::string_view to_string(Method method) {
  return word(method);
}

class SecretBody;

struct Request {
  Method method = Method::get;
  std::string target{};  // path and query below the API's base, "/services?limit=100"; or, when
                         // `foreign` is set, a whole URL, sent without the key; redirects are not followed
  std::string body{};    // JSON, or empty
  bool foreign = false;
  std::shared_ptr<const SecretBody> secret{};  // instead of `body`: JSON that contains a value
  bool operator==(const Request&) const = default;
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

constexpr std::size_t max_body_size = std::size_t{8} << 20;  // for an answer from Render's API

struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};
  bool from_other_host = false;  // RENDER_HOST names a host that is not Render's
  /// The first value of a header by its lower-case name, or nullptr.
  const std::string* header(std::string_view name) const;
  bool operator==(const Response&) const = default;
};

/// The request did not reach Render (no connection, TLS failure, unknown host).
struct NotSent {
  std::string why{};
  std::string local_host{};     // "127.0.0.1:8080" if nothing listens there and it is this machine
  bool no_authorities = false;  // a certificate was refused because this machine trusts no authority
  bool operator==(const NotSent&) const = default;
};
/// The request was sent but not answered: it may or may not have taken effect.
struct NoAnswer {
  std::string why{};
  bool timed_out = false;  // the client gave up; Render may still be working on it
  bool too_large = false;  // the client stopped reading an oversized answer
  bool operator==(const NoAnswer&) const = default;
};

/// The outcome of a request.
using Outcome = std::variant<Response, NotSent, NoAnswer>;

/// Whether a request succeeded, and if not, whether to repeat it.
enum class Verdict {
  ok,           // 2xx
  not_found,    // 404, 410
  limited,      // 429: had no effect
  transient,    // 408, 425, 5xx, no connection: repeat if that is safe
  ambiguous,    // sent without an answer: for a write, read to find out
  refused,      // any other 4xx, a redirect: repeating changes nothing
  unauthorized  // 401, 403
};
Verdict verdict_of(const Outcome& outcome);
/// The request may succeed if it is sent again, or may have succeeded already.
constexpr bool is_passing(Verdict verdict) {
  return verdict == Verdict::transient || verdict == Verdict::ambiguous;
}

}  // namespace envlink::api
