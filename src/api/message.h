#pragma once
// One exchange with the API as values. The wire is bytes: what is built here is what is sent, what is
// parsed here is what arrived.

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
                         // `foreign` is set, a whole URL that gets no key and no redirect
  std::string body{};    // JSON, or empty
  bool foreign = false;
  std::shared_ptr<const SecretBody> secret{};  // instead of `body`: JSON that holds a value
  bool operator==(const Request&) const = default;
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

constexpr std::size_t max_body_size = std::size_t{8} << 20;  // of an answer of Render's API

struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};
  /// The first value under a lower-case name, or nullptr.
  const std::string* header(std::string_view name) const;
  bool operator==(const Response&) const = default;
};

/// The request certainly did not reach Render (no connection, TLS refused, name unknown).
struct NotSent {
  std::string why{};
  bool operator==(const NotSent&) const = default;
};
/// The request went out, the answer did not come: it may or may not have taken effect.
struct NoAnswer {
  std::string why{};
  bool timed_out = false;  // the client gave up; Render may still be working on it
  bool too_large = false;  // the client stopped reading an answer past all reason
  bool operator==(const NoAnswer&) const = default;
};

/// What became of a request.
using Outcome = std::variant<Response, NotSent, NoAnswer>;

/// What an outcome means: did the request succeed, and if not, is it worth repeating?
enum class Verdict {
  ok,           // 2xx
  not_found,    // 404, 410
  limited,      // 429: certainly not carried out
  transient,    // 408, 425, 5xx, no connection: worth repeating where repeating is safe
  ambiguous,    // went out, no answer: for a write, settle it by reading
  refused,      // any other 4xx, a redirect: repeating changes nothing
  unauthorized  // 401, 403
};
Verdict verdict_of(const Outcome& outcome);
/// The request may succeed when it is sent again, or have succeeded already.
constexpr bool is_passing(Verdict verdict) {
  return verdict == Verdict::transient || verdict == Verdict::ambiguous;
}

}  // namespace envlink::api
