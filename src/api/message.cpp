#include "api/message.h"

#include <algorithm>
#include <array>

namespace envlink::api {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 5> method_names = {{
    {Method::get, "GET"},
    {Method::post, "POST"},
    {Method::patch, "PATCH"},
    {Method::put, "PUT"},
    {Method::delete_, "DELETE"},
}};

}  // namespace

std::string_view to_string(Method method) {
  for (const auto& [value, name] : method_names) {
    if (value == method) return name;
  }
  return "";
}

std::optional<Method> method_from(std::string_view text) {
  for (const auto& [value, name] : method_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

const std::string* Response::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Headers::value_type::first);
  return found == headers.end() ? nullptr : &found->second;
}

}  // namespace envlink::api
