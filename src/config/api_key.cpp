#include "config/api_key.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace envlink::config {
namespace {

constexpr std::size_t longest_key = 512;

Error bad_key(const std::string& source, std::string why) {
  return {ErrorKind::authentication,
          fmt::format("the API key from {} cannot be used", clean(source)),
          std::move(why),
          "copy the key again: it begins with rnd_ and holds letters and digits only",
          {}};
}

/// Without the blanks and quotes that copying leaves around it.
std::string_view trim(std::string_view key) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto strip = [&] {
    const auto first = std::min(key.find_first_not_of(blanks), key.size());
    key.remove_prefix(first);
    key = key.substr(0, key.find_last_not_of(blanks) + 1);
  };
  strip();
  if (key.size() >= 2 && key.front() == key.back() && (key.front() == '"' || key.front() == '\'')) {
    key = key.substr(1, key.size() - 2);
    strip();
  }
  return key;
}

}  // namespace

Result<std::string> usable_key(std::string_view text, const std::string& source) {
  const std::string_view key = trim(text);
  if (key.empty()) return fail(bad_key(source, "it is empty"));
  if (key.size() > longest_key) return fail(bad_key(source, "it is far too long"));
  if (std::ranges::any_of(key, [](char c) { return c == ' ' || c == '\t'; })) {
    return fail(bad_key(source, "there is a space inside it"));
  }
  if (std::ranges::any_of(key, [](char c) { return c < '!' || c > '~' || c == '"' || c == '\''; })) {
    return fail(bad_key(source, "it holds a quote, a line break or another character that no key has"));
  }
  return std::string(key);
}

}  // namespace envlink::config
