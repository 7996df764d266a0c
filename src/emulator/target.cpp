#include "emulator/target.h"

#include <algorithm>

namespace envlink::emulator {
namespace {

constexpr std::size_t most_parameters = 256;  // what comes after them is not looked at

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Appends what `text` stands for. False: a broken escape.
template <class Characters>
bool decode(std::string_view text, bool plus_is_space, Characters& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return true;
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
  values_.reserve(std::min<std::size_t>(
      most_parameters, 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '&'))));
  while (!text.empty() && values_.size() < most_parameters) {
    std::string_view value = cut(text, '&');
    const auto name = decoded(cut(value, '='));
    if (!name || name->empty()) continue;
    do {
      if (const auto item = decoded(cut(value, ','))) values_.emplace_back(*name, *item);
    } while (!value.empty() && values_.size() < most_parameters);
  }
}

std::optional<std::string_view> Query::decoded(std::string_view text) {
  if (std::ranges::none_of(text, [](char c) { return c == '%' || c == '+'; })) return text;
  std::string out;
  if (!decode(text, true, out)) return std::nullopt;
  return decoded_.emplace_front(std::move(out));
}

std::optional<std::string_view> Query::first_of(std::string_view name, std::string_view suffix) const {
  for (const auto& [key, value] : values_) {
    const bool same =
        key.size() == name.size() + suffix.size() && key.starts_with(name) && key.ends_with(suffix);
    if (same) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Query::first(std::string_view name) const {
  return first_of(name, "");
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
  const auto before = first_of(name, "Before");
  const auto after = first_of(name, "After");
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
  const bool has_escapes = path.find('%') != std::string_view::npos;
  if (has_escapes) target.decoded.reserve(path.size());  // it never moves, so that the segments hold
  while (!path.empty()) {
    if (target.depth == longest_path) return std::nullopt;
    std::string_view segment = cut(path, '/');
    if (has_escapes) {
      const std::size_t from = target.decoded.size();
      if (!decode(segment, false, target.decoded)) return std::nullopt;
      segment = std::string_view(target.decoded.data() + from, target.decoded.size() - from);
    }
    target.path[target.depth++] = segment;
  }
  if (!text.empty()) target.query = Query(text);
  return target;
}

}  // namespace envlink::emulator
