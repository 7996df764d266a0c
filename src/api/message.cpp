#include "api/message.h"

#include <algorithm>

namespace envlink::api {
namespace {

Verdict verdict_of_status(int status) {
  if (status >= 200 && status < 300) return Verdict::ok;
  if (status >= 500) return Verdict::transient;
  switch (status) {
    case 401:
    case 403:
      return Verdict::unauthorized;
    case 404:
    case 410:
      return Verdict::not_found;
    case 408:
    case 425:
      return Verdict::transient;
    case 429:
      return Verdict::limited;
    default:
      return Verdict::refused;
  }
}

}  // namespace

const std::string* Response::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Headers::value_type::first);
  return found == headers.end() ? nullptr : &found->second;
}

Verdict verdict_of(const Outcome& outcome) {
  if (std::holds_alternative<NotSent>(outcome)) return Verdict::transient;
  if (std::holds_alternative<NoAnswer>(outcome)) return Verdict::ambiguous;
  return verdict_of_status(std::get<Response>(outcome).status);
}

}  // namespace envlink::api
