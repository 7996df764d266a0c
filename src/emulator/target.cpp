#include "emulator/target.h"

#include <fmt/format.h>

#include <algorithm>

namespace envlink::emulator {
namespace {

constexpr std::size_t longest_path = 8;       // segments; the longest route has six
constexpr std::size_t most_parameters = 256;  // what comes after them is not looked at

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// The part before `separator`, which is taken off `rest` together with it.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

}  // namespace

Query::Query(std::string_view text) {
  while (!text.empty() && values_.size() < most_parameters) {
    std::string_view value = cut(text, '&');
    const std::optional<std::string> name = decode(cut(value, '='), true);
    if (!name || name->empty()) continue;
    do {
      if (auto item = decode(cut(value, ','), true)) values_.emplace_back(*name, std::move(*item));
    } while (!value.empty() && values_.size() < most_parameters);
  }
}

const std::string* Query::first(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool Query::wants(std::string_view name, std::string_view value) const {
  bool given = false;
  for (const auto& [key, wanted] : values_) {
    if (key != name) continue;
    if (wanted == value) return true;
    given = true;
  }
  return !given;
}

bool Query::in_range(std::string_view name, std::optional<Time> time) const {
  if (values_.empty()) return true;
  const std::string* before = first(fmt::format("{}Before", name));
  const std::string* after = first(fmt::format("{}After", name));
  if (!before && !after) return true;
  if (!time) return false;
  const auto until = before ? parse_rfc3339(*before) : std::nullopt;
  const auto from = after ? parse_rfc3339(*after) : std::nullopt;
  return (!until || *time < *until) && (!from || *time > *from);
}

std::optional<Target> parse_target(std::string_view text) {
  std::string_view path = cut(text, '?');
  Target target;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  while (!path.empty()) {
    if (target.path.size() == longest_path) return std::nullopt;
    auto segment = decode(cut(path, '/'), false);
    if (!segment) return std::nullopt;
    target.path.push_back(std::move(*segment));
  }
  if (!text.empty()) target.query = Query(text);
  return target;
}

}  // namespace envlink::emulator
