#pragma once
// The answer to one request: header lines and body bytes, with limits on number and size.

#include <cstddef>
#include <string>
#include <string_view>

#include "api/message.h"

namespace envlink::http {

constexpr std::size_t max_foreign_body =
    64 << 10;  // for answers from elsewhere than Render's API: only their status matters
constexpr std::size_t max_header_bytes = 64 << 10;  // all header lines, including interim answers
constexpr std::size_t max_header_count = 200;

class Reception {
 public:
  explicit Reception(std::size_t body_limit) : body_limit_(body_limit) {}

  /// One line as received, with its line break. False: stop the transfer, `headers_overflowed` is set.
  bool take_header(std::string_view line);
  /// Keeps what fits. False: stop the transfer, `body_overflowed` is set.
  bool take_body(std::string_view bytes);

  bool headers_overflowed() const { return headers_overflowed_; }
  bool body_overflowed() const { return body_overflowed_; }
  api::Response response(int status) &&;

 private:
  void keep(std::string_view line);

  std::size_t body_limit_;
  std::size_t header_bytes_ = 0;
  bool headers_complete_ = false;
  bool headers_overflowed_ = false;
  bool body_overflowed_ = false;
  api::Headers headers_;
  std::string body_;
};

}  // namespace envlink::http
