// Checks the query of a call against the parameters of its operation.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "emulator/operation.h"

namespace envlink::emulator {
namespace {

bool fits(const Parameter& parameter, std::string_view value) {
  switch (parameter.kind) {
    case ParameterKind::text:
      return true;
    case ParameterKind::truth:
      return value == "true" || value == "false";
    case ParameterKind::whole: {
      long long number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      return end == value.data() + value.size() && error == std::errc();
    }
    case ParameterKind::time:
      return parse_rfc3339(value).has_value();
    case ParameterKind::word:
      // An empty list is written as an empty text.
      return value.empty() || std::ranges::find(parameter.words, value) != parameter.words.end();
  }
  return true;
}

}  // namespace

// Render's words are unknown.
std::string problem_in(const Query& query, std::span<const Parameter> parameters) {
  for (const Parameter& parameter : parameters) {
    bool given = false;
    for (const auto& [name, value] : query.all()) {
      if (name != parameter.name) continue;
      given = true;
      // page_of() knows Render's words for a wrong limit.
      if (parameter.name != limit_parameter.name && !fits(parameter, value))
        return fmt::format("invalid {}", parameter.name);
    }
    if (parameter.required && !given) return fmt::format("{} is required", parameter.name);
  }
  return {};
}

}  // namespace envlink::emulator
