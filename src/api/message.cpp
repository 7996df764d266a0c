#include "api/message.h"

#include <algorithm>

namespace envlink::api {
const std::string* Response::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Headers::value_type::first);
  return found == headers.end() ? nullptr : &found->second;
}

}  // namespace envlink::api
