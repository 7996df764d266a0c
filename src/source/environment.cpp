#include "source/environment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "config/variable_name.h"
#include "source/value.h"

extern char** environ;  // no header of macOS declares it

namespace envlink::source {
namespace {

std::string called(std::string_view name) {
  return fmt::format("the environment variable {}", clean(name));
}

}  // namespace

Result<Secret> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value != nullptr && *value != '\0') return secret_in(value, FinalBreak::kept, called(name));
  return fail({.kind = ErrorKind::usage,
               .what = fmt::format("No value from {}", called(name)),
               .why = value == nullptr ? "it is not set" : "it is empty",
               .cure = "Set it and export it, or give the value in another way."});
}

std::vector<char*> environment_without_key() {
  std::vector<char*> kept;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view entry(*one);
    if (!is_own(entry.substr(0, entry.find('=')))) kept.push_back(*one);
  }
  kept.push_back(nullptr);
  return kept;
}

std::map<std::string_view, std::string_view> with_prefix(const char* const* environment,
                                                         std::string_view prefix) {
  std::map<std::string_view, std::string_view> found;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    std::string_view one = *environment;
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || !one.substr(0, equals).starts_with(prefix)) continue;
    found.emplace(one.substr(prefix.size(), equals - prefix.size()), one.substr(equals + 1));
  }
  return found;
}

Result<std::vector<Named>> from_environment_prefix(std::string_view prefix) {
  if (prefix.empty()) {
    return fail({.kind = ErrorKind::usage,
                 .what = "Cannot take every environment variable",
                 .why = "the prefix is empty",
                 .cure = "Give a prefix, such as PROD_."});
  }
  std::vector<Named> all;
  for (const auto& [key, value] : with_prefix(environ, prefix)) {
    if (is_own(fmt::format("{}{}", prefix, key))) continue;
    const std::string origin = called(fmt::format("{}{}", prefix, key));
    if (!config::is_variable_name(key)) {
      return fail({.kind = ErrorKind::usage,
                   .what = fmt::format("Without the prefix, the name of {} is not valid", origin),
                   .why = key.empty()
                              ? "nothing is left of it"
                              : "a name has letters, digits, _, - and ., and starts with a letter or _",
                   .cure = "Rename it, or use another prefix."});
    }
    if (auto checked = check_text(value, origin); !checked) return fail(std::move(checked.error()));
    all.push_back({.key = std::string(key), .value = Secret(std::string(value))});
  }
  if (!all.empty()) return all;
  return fail({.kind = ErrorKind::usage,
               .what = fmt::format("No environment variable starts with {}", clean(prefix)),
               .cure = "Check the prefix, and that the variables are exported."});
}

}  // namespace envlink::source
