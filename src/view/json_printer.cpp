#include "view/json_printer.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cstdint>

#include "base/text.h"

namespace envlink::view {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 4000;

/// Boost.JSON escapes what JSON demands. DEL, C1 controls and bidi marks are legal JSON, but not on a
/// terminal: of all that two and three bytes can encode, these ranges.
std::string quoted(const json::string& text) {
  const auto escaped = json::serialize(text);
  std::string out;
  out.reserve(escaped.size());
  const auto byte = [&](std::size_t at) {
    return at < escaped.size() ? static_cast<unsigned char>(escaped[at]) : 0U;
  };
  for (std::size_t at = 0; at < escaped.size();) {
    const auto two = ((byte(at) & 0x1FU) << 6U) | (byte(at + 1) & 0x3FU);
    const auto three = ((byte(at) & 0x0FU) << 12U) | ((byte(at + 1) & 0x3FU) << 6U) | (byte(at + 2) & 0x3FU);
    if (byte(at) == 0x7F) {
      out += "\\u007f";
      at += 1;
    } else if (byte(at) == 0xC2 && two < 0xA0) {
      out += fmt::format("\\u{:04x}", two);
      at += 2;
    } else if (byte(at) == 0xE2 &&
               ((three >= 0x200B && three <= 0x200F) || (three >= 0x2028 && three <= 0x202E) ||
                (three >= 0x2066 && three <= 0x2069))) {
      out += fmt::format("\\u{:04x}", three);
      at += 3;
    } else {
      out += escaped[at++];
    }
  }
  return out;
}

enum class Layout { indented, flat };

void print(std::string& out, const json::value& value, std::size_t depth, Layout layout) {
  const auto new_line = [&](std::size_t level) {
    if (layout == Layout::indented) out.append("\n").append(level * 2, ' ');
  };
  if (value.is_object() && !value.get_object().empty()) {
    const char* separator = "{";
    for (const auto& [key, item] : value.get_object()) {
      out += separator;
      new_line(depth + 1);
      out += quoted(json::string(key)) + (layout == Layout::indented ? ": " : ":");
      print(out, item, depth + 1, layout);
      separator = ",";
    }
    new_line(depth);
    out += '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    const char* separator = "[";
    for (const auto& item : value.get_array()) {
      out += separator;
      new_line(depth + 1);
      print(out, item, depth + 1, layout);
      separator = ",";
    }
    new_line(depth);
    out += ']';
  } else if (value.is_string()) {
    out += quoted(value.get_string());
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  print(out, value, 0, Layout::indented);
  out += '\n';
  return out;
}

std::string one_line(const json::value& value) {
  std::string out;
  print(out, value, 0, Layout::flat);
  out += '\n';
  return out;
}

json::string json_text(std::string_view text) {
  const auto masked = mask_keys(text);
  return json::string(is_valid_utf8(masked) ? masked : clean(masked, longest_text));
}

json::value optional_text(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(json_text(text));
}

json::array json_texts(std::span<const std::string> texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(json_text(text));
  return array;
}

double json_seconds(Duration span) {
  return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(span)).count();
}

json::object named(std::string_view id, std::string_view name) {
  return {{"id", json_text(id)}, {"name", json_text(name)}};
}

}  // namespace envlink::view
