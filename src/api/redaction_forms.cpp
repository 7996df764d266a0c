#include "api/redaction_forms.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "json/document.h"

namespace envlink::api {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<unsigned> hex_number(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  unsigned number = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    const std::optional<unsigned> digit = hex_digit(text[i]);
    if (!digit) return std::nullopt;
    number = number * 16 + *digit;
  }
  return number;
}

/// The character of \uXXXX at `at`, with the second half of a pair where there is one, and its length.
std::optional<std::pair<char32_t, std::size_t>> unicode_escape(std::string_view text, std::size_t at) {
  const auto first = hex_number(text, at + 2, 4);
  if (!first) return std::nullopt;
  if (*first < 0xD800 || *first > 0xDFFF) return {{static_cast<char32_t>(*first), 6}};
  const auto second = text.substr(at + 6).starts_with("\\u") ? hex_number(text, at + 8, 4) : std::nullopt;
  if (*first > 0xDBFF || !second || *second < 0xDC00 || *second > 0xDFFF) {
    return {{replacement_character, 6}};
  }
  return {{static_cast<char32_t>(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00)), 12}};
}

class Builder {
 public:
  void put(std::string_view bytes, std::size_t source) {
    view_.text += bytes;
    view_.from.insert(view_.from.end(), bytes.size(), source);
  }
  DecodedView end(std::size_t source) && {
    view_.from.push_back(source);
    return std::move(view_);
  }

 private:
  DecodedView view_;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string_view unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

/// KEY=value, key: value; and the same in pieces of a line: ?a=b&c=d, host=a password=b, A=b;C=d.
void add_assigned(std::vector<std::string>& parts, std::string_view line) {
  if (const auto colon = line.find(": "); colon != std::string_view::npos) {
    parts.emplace_back(unquoted(line.substr(colon + 1)));
  }
  if (const auto equals = line.find('='); equals != std::string_view::npos) {
    parts.emplace_back(unquoted(line.substr(equals + 1)));
  }
  while (!line.empty()) {
    const std::string_view piece = line.substr(0, line.find_first_of(" \t;&"));
    if (const auto equals = piece.find('='); equals != std::string_view::npos) {
      parts.emplace_back(unquoted(piece.substr(equals + 1)));
    }
    line.remove_prefix(std::min(piece.size() + 1, line.size()));
  }
}

/// scheme://user:password@host
void add_credentials(std::vector<std::string>& parts, std::string_view line) {
  const auto scheme = line.find("://");
  if (scheme == std::string_view::npos) return;
  const std::string_view authority =
      line.substr(scheme + 3, line.find_first_of("/?# ", scheme + 3) - scheme - 3);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return;
  const std::string_view user = authority.substr(0, at);
  parts.emplace_back(user);
  if (const auto colon = user.find(':'); colon != std::string_view::npos) {
    parts.emplace_back(user.substr(colon + 1));
  }
}

void add_json_texts(std::vector<std::string>& parts, const json::Value& value) {
  if (value.is_text()) parts.emplace_back(value.text);
  for (const json::Value* one = value.first(); one != value.next(); one = one->next()) {
    if (value.is_object()) ++one;  // behind its name
    add_json_texts(parts, *one);
  }
}

}  // namespace

DecodedView percent_decoded(std::string_view text, bool plus_is_space) {
  Builder view;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = text[at] == '%' ? hex_number(text, at + 1, 2) : std::nullopt;
    const char c = byte ? static_cast<char>(*byte) : plus_is_space && text[at] == '+' ? ' ' : text[at];
    view.put({&c, 1}, at);
    at += byte ? 3 : 1;
  }
  return std::move(view).end(text.size());
}

DecodedView backslash_decoded(std::string_view text) {
  Builder view;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      view.put(text.substr(at, 1), at);
      ++at;
      continue;
    }
    const char kind = text[at + 1];
    constexpr std::string_view letters = "ntrbf";
    constexpr std::string_view meant = "\n\t\r\b\f";
    const auto letter = letters.find(kind);
    const auto code = kind == 'u' ? unicode_escape(text, at) : std::nullopt;
    const auto byte = kind == 'x' ? hex_number(text, at + 2, 2) : std::nullopt;
    if (code) {
      std::string bytes;
      append_utf8(bytes, code->first);
      view.put(bytes, at);
    } else if (byte) {
      view.put(std::string(1, static_cast<char>(*byte)), at);
    } else {
      view.put(letter != std::string_view::npos ? meant.substr(letter, 1) : text.substr(at + 1, 1), at);
    }
    at += code ? code->second : byte ? 4 : 2;
  }
  return std::move(view).end(text.size());
}

std::vector<std::string> parts_of(std::string_view value) {
  std::vector<std::string> parts{std::string(trimmed(value)), std::string(unquoted(value)),
                                 percent_decoded(value, false).text};
  std::string_view rest = value;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    parts.emplace_back(trimmed(line));
    add_assigned(parts, trimmed(line));
    add_credentials(parts, line);
  }
  if (const std::string_view document = trimmed(value);
      document.starts_with('{') || document.starts_with('[')) {
    json::Document parsed;
    if (const auto root = parsed.read(document)) add_json_texts(parts, **root);
  }
  return parts;
}

std::vector<std::string> base64_of(std::string_view value) {
  static constexpr std::string_view alphabets[] = {
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"};
  std::vector<std::string> forms;
  for (const std::string_view alphabet : alphabets) {
    for (std::size_t before = 0; before < 3; ++before) {
      // Characters that hold bits of the value alone, when `before` other bytes precede it in its group.
      std::string text;
      const std::size_t first_bit = before * 8;
      const std::size_t end_bit = (before + value.size()) * 8;
      text.reserve(value.size() * 4 / 3 + 1);
      for (std::size_t bit = (first_bit + 5) / 6 * 6; bit + 6 <= end_bit; bit += 6) {
        const std::size_t at = bit / 8 - before;
        const unsigned low = at + 1 < value.size() ? static_cast<unsigned char>(value[at + 1]) : 0U;
        const unsigned both = static_cast<unsigned>(static_cast<unsigned char>(value[at])) << 8U | low;
        text += alphabet[both >> (10 - bit % 8) & 63U];
      }
      if (forms.empty() || std::find(forms.begin(), forms.end(), text) == forms.end()) {
        forms.push_back(std::move(text));
      }
    }
  }
  return forms;
}

}  // namespace envlink::api
