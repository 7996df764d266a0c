#include "http/reception.h"

#include "base/text.h"

namespace envlink::http {

bool Reception::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes) headers_overflowed_ = true;
  if (line.starts_with("HTTP/") && body_.empty()) {  // a status line: what came before was an interim answer
    headers_.clear();
    headers_complete_ = false;
  } else if (!headers_complete_) {  // lines after the empty one are trailers, which are not needed
    keep(line);
  }
  return !headers_overflowed_;
}

void Reception::keep(std::string_view line) {
  const std::string_view content = trim(line);
  const auto colon = content.find(':');
  if (content.empty()) {
    headers_complete_ = true;
  } else if ((line.front() == ' ' || line.front() == '\t') && !headers_.empty()) {
    headers_.back().second.append(" ").append(content);  // a folded value
  } else if (headers_.size() == max_header_count) {
    headers_overflowed_ = true;
  } else if (colon != std::string_view::npos && colon > 0) {
    headers_.emplace_back(lower(trim(content.substr(0, colon))), trim(content.substr(colon + 1)));
  }
}

bool Reception::take_body(std::string_view bytes) {
  const std::size_t room = body_limit_ - body_.size();
  body_.append(bytes.substr(0, room));
  body_overflowed_ = bytes.size() > room;
  return !body_overflowed_;
}

api::Response Reception::response(int status) && {
  return {status, std::move(headers_), std::move(body_)};
}

}  // namespace envlink::http
