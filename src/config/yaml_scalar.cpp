#include <algorithm>
#include <array>
#include <charconv>

#include "config/yaml.h"

namespace envlink::config::yaml {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

std::size_t take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end;
}

bool is_float(std::string_view text) {
  if (is_one_of<3>(text, {".nan", ".NaN", ".NAN"})) return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (is_one_of<3>(text, {".inf", ".Inf", ".INF"})) return true;
  std::size_t digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return take_digits(text) > 0 && text.empty();
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : found->value.get();
}

bool is_null(const Node& node) {
  return node.kind == Kind::scalar && node.plain &&
         is_one_of<5>(node.text, {"", "~", "null", "Null", "NULL"});
}

std::optional<bool> as_bool(const Node& node) {
  if (node.kind != Kind::scalar || !node.plain) return std::nullopt;
  if (is_one_of<3>(node.text, {"true", "True", "TRUE"})) return true;
  if (is_one_of<3>(node.text, {"false", "False", "FALSE"})) return false;
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& node) {
  if (node.kind != Kind::scalar || !node.plain) return std::nullopt;
  std::string_view text = node.text;
  int base = 10;
  if (text.starts_with("0x")) base = 16;
  if (text.starts_with("0o")) base = 8;
  if (base != 10) text.remove_prefix(2);
  if (base == 10 && text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('-') && (base != 10 || node.text[0] == '+')) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_number(const Node& node) {
  return node.kind == Kind::scalar && node.plain && (as_integer(node) || is_float(node.text));
}

bool is_text(const Node& node) {
  return node.kind == Kind::scalar && !is_null(node) && !as_bool(node) && !is_number(node);
}

std::string_view kind_words(const Node& node) {
  if (node.kind == Kind::sequence) return "a list";
  if (node.kind == Kind::mapping) return "a mapping";
  if (is_null(node)) return "nothing";
  if (as_bool(node)) return "true or false";
  return is_number(node) ? "a number" : "text";
}

}  // namespace envlink::config::yaml
