#include "api/redaction_views.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_set>
#include <utility>

#include "base/digits.h"
#include "base/utf8.h"

namespace envlink::api {
namespace {

using Source = DecodedView::Source;

constexpr std::size_t shortest_base64 = 6;  // four bytes
constexpr std::size_t shortest_hex = 8;     // four bytes
constexpr std::size_t shortest_reading = 8;
constexpr int most_layers = 6;
constexpr std::size_t most_views = 512;
constexpr std::size_t most_bytes = std::size_t{8} << 20;  // for all views of one text

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

/// The meaning of an escape, and its length in bytes.
struct Escape {
  std::string bytes{};
  std::size_t length = 0;
};

Escape character(char32_t code, std::size_t length) {
  const bool scalar = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  Escape escape{.length = length};
  append_utf8(escape.bytes, scalar ? code : replacement_character);
  return escape;
}

class Builder {
 public:
  explicit Builder(std::size_t expected) {
    view_.text.reserve(expected);
    view_.from.reserve(expected);
  }
  void keep(std::string_view text, std::size_t at) { put(text[at], at, at + 1); }
  void put(char byte, std::size_t begin, std::size_t end) {
    view_.text.push_back(byte);
    view_.from.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }
  void put(std::string_view bytes, std::size_t begin, std::size_t end) {
    for (const char byte : bytes) put(byte, begin, end);
  }
  std::size_t size() const { return view_.text.size(); }
  std::string_view text() const { return view_.text; }
  DecodedView end() && { return std::move(view_); }

 private:
  DecodedView view_;
};

/// Replaces what `escape_at(at)` finds at the bytes in `begins`; unset if it finds nothing.
template <class Escapes>
std::optional<DecodedView> decoded(std::string_view text, std::string_view begins, Escapes escape_at) {
  const bool some =
      std::ranges::any_of(begins, [&](char begin) { return text.find(begin) != std::string_view::npos; });
  if (!some) return std::nullopt;
  Builder view(text.size());
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool may_begin = begins.find(text[at]) != std::string_view::npos;
    const std::optional<Escape> escape = may_begin ? escape_at(at) : std::nullopt;
    if (escape) {
      view.put(escape->bytes, at, at + escape->length);
      at += escape->length;
      changed = true;
    } else {
      view.keep(text, at++);
    }
  }
  return changed ? std::optional(std::move(view).end()) : std::nullopt;
}

/// \uXXXX at `at`, with the second half of a surrogate pair if present; \u{X}.
std::optional<Escape> unicode_escape(std::string_view text, std::size_t at) {
  if (text.substr(at + 2).starts_with('{')) {
    const auto close = text.find('}', at);
    if (close == std::string_view::npos || close < at + 4 || close > at + 9) return std::nullopt;
    const auto code = hex_number(text, at + 3, close - at - 3);
    return code ? std::optional(character(*code, close + 1 - at)) : std::nullopt;
  }
  const auto first = hex_number(text, at + 2, 4);
  if (!first) return std::nullopt;
  if (*first < 0xD800 || *first > 0xDBFF) return character(*first, 6);
  const auto second = text.substr(at + 6).starts_with("\\u") ? hex_number(text, at + 8, 4) : std::nullopt;
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return character(replacement_character, 6);
  return character(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00), 12);
}

std::optional<Escape> octal_escape(std::string_view text, std::size_t at) {
  unsigned number = 0;
  std::size_t end = at + 1;
  for (; end < text.size() && end < at + 4 && text[end] >= '0' && text[end] <= '7'; ++end) {
    number = number * 8 + static_cast<unsigned>(text[end] - '0');
  }
  // A single digit may be a back-reference; \0 is a byte.
  if (number > 0xFF || end == at + 1 || (end < at + 4 && number != 0)) return std::nullopt;
  return Escape{std::string(1, static_cast<char>(number)), end - at};
}

std::optional<Escape> backslash_escape(std::string_view text, std::size_t at) {
  if (at + 1 == text.size()) return std::nullopt;
  const char kind = text[at + 1];
  std::optional<Escape> escape;
  if (kind == 'u') escape = unicode_escape(text, at);
  if (kind == 'U') {
    if (const auto code = hex_number(text, at + 2, 8)) escape = character(*code, 10);
  }
  if (kind == 'x') {
    if (const auto byte = hex_number(text, at + 2, 2))
      escape = Escape{std::string(1, static_cast<char>(*byte)), 4};
  }
  if (kind >= '0' && kind <= '7') escape = octal_escape(text, at);
  if (escape) return escape;
  constexpr std::string_view letters = "ntrbfav";
  constexpr std::string_view meant = "\n\t\r\b\f\a\v";
  const auto letter = letters.find(kind);
  return Escape{std::string(1, letter == std::string_view::npos ? kind : meant[letter]), 2};
}

struct Entity {
  std::string_view name;
  std::string_view meant;
};
constexpr std::array<Entity, 22> entities = {
    {{"amp", "&"},    {"lt", "<"},    {"gt", ">"},     {"quot", "\""}, {"apos", "'"},   {"nbsp", " "},
     {"sol", "/"},    {"bsol", "\\"}, {"equals", "="}, {"colon", ":"}, {"commat", "@"}, {"num", "#"},
     {"percnt", "%"}, {"plus", "+"},  {"quest", "?"},  {"excl", "!"},  {"dollar", "$"}, {"NewLine", "\n"},
     {"Tab", "\t"},   {"grave", "`"}, {"lowbar", "_"}, {"semi", ";"}}};

std::optional<Escape> entity(std::string_view text, std::size_t at) {
  constexpr std::size_t longest = 12;
  const auto end = text.substr(at, longest).find(';');
  if (end == std::string_view::npos || end < 2) return std::nullopt;
  std::string_view name = text.substr(at + 1, end - 1);
  if (!name.starts_with('#')) {
    const auto known = std::ranges::find(entities, name, &Entity::name);
    if (known == entities.end()) return std::nullopt;
    return Escape{std::string(known->meant), end + 1};
  }
  name.remove_prefix(1);
  const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
  if (hexadecimal) name.remove_prefix(1);
  if (name.empty() || name.size() > 7) return std::nullopt;
  char32_t code = 0;
  for (const char c : name) {
    const auto digit = hex_digit(c);
    if (!digit || (!hexadecimal && *digit > 9)) return std::nullopt;
    code = code * (hexadecimal ? 16 : 10) + *digit;
  }
  return character(code, end + 1);
}

/// Visible ASCII that is not used for quoting.
bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '\\' && c != '"' && c != '\'' && c != '`';
}

/// The end of ESC [ 1;31 m; `at` if none starts there.
std::size_t end_of_colour(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("\x1b[")) return at;
  const std::size_t end = text.find_first_not_of("0123456789;:?", at + 2);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_seen(const Decoded& decoded) {
  const char32_t c = decoded.character;
  if (!decoded.valid) return true;
  if (c < 0x20 || c == 0x7F) return c == '\t' || c == '\n' || c == '\r';
  if (c == '\\' || c == '"' || c == '\'' || c == '`') return false;
  return c != 0xAD && c != 0x180E && !(c >= 0x200B && c <= 0x200F) && !(c >= 0x202A && c <= 0x202E) &&
         !(c >= 0x2060 && c <= 0x2069) && !(c >= 0xFE00 && c <= 0xFE0F) && c != 0xFEFF;
}

std::optional<unsigned> base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0' + 52);
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return std::nullopt;
}

/// Digits and their positions; the run ends at `end`.
struct Run {
  std::vector<std::pair<unsigned, std::size_t>> digits;
  std::size_t end = 0;
};

Run base64_run(std::string_view text, std::size_t at) {
  Run run;
  for (; at < text.size(); ++at) {
    if (const auto digit = base64_digit(text[at])) {
      run.digits.emplace_back(*digit, at);
      run.end = at + 1;
    } else if ((text[at] != '\n' && text[at] != '\r') || run.digits.empty()) {
      break;
    }
  }
  return run;
}

Run hex_run(std::string_view text, std::size_t at) {
  Run run;
  for (bool apart = false; at < text.size(); ++at) {
    if (const auto digit = hex_digit(text[at])) {
      run.digits.emplace_back(*digit, at);
      run.end = at + 1;
      apart = false;
    } else if ((text[at] != ' ' && text[at] != ':') || apart || run.digits.empty()) {
      break;
    } else {
      apart = true;
    }
  }
  return run;
}

/// The bytes made of `bits` of each digit, from the `phase`-th on.
void put_bytes(Builder& view, const Run& run, unsigned phase, unsigned bits) {
  unsigned held = 0;
  unsigned count = 0;
  std::size_t first = 0;  // the digit where the held bits start
  for (std::size_t i = phase; i < run.digits.size(); ++i) {
    if (count == 0) first = i;
    held = held << bits | run.digits[i].first;
    count += bits;
    if (count < 8) continue;
    count -= 8;
    const char byte = static_cast<char>(held >> count & 0xFFU);
    view.put(byte, run.digits[first].second, run.digits[i].second + 1);
    first = i;
  }
}

/// Unlikely to be random bytes, also as UTF-16.
bool has_reading(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    if (c == '\0') continue;
    length = c >= ' ' && c <= '~' ? length + 1 : 0;
    if (length >= shortest_reading) return true;
  }
  return false;
}

template <class Runs>
std::optional<DecodedView> digits_decoded(std::string_view text, std::size_t shortest, unsigned phase,
                                          unsigned bits, Runs run_at) {
  Builder view(text.size());
  bool changed = false;
  bool reading = false;
  for (std::size_t at = 0; at < text.size();) {
    const Run run = run_at(text, at);
    if (run.digits.size() >= shortest + phase) {
      const std::size_t before = view.size();
      put_bytes(view, run, phase, bits);
      changed = true;
      reading = reading || has_reading(view.text().substr(before));
    } else {
      for (std::size_t i = at; i < run.end; ++i) view.keep(text, i);
    }
    at = std::max(at, run.end);
    if (at < text.size()) view.keep(text, at++);
  }
  if (!changed) return std::nullopt;
  DecodedView result = std::move(view).end();
  result.of_digits = true;
  result.may_hold_more = reading;
  return result;
}

/// The result of decoding `outer.text`, with its sources.
DecodedView within(const DecodedView& outer, DecodedView inner) {
  for (Source& one : inner.from) one = {outer.from[one.begin].begin, outer.from[one.end - 1].end};
  inner.of_digits = inner.of_digits || outer.of_digits;
  return inner;
}

DecodedView as_it_is(std::string_view text) {
  Builder view(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) view.keep(text, at);
  return std::move(view).end();
}

class Search {
 public:
  explicit Search(const std::function<void(const DecodedView&)>& visit) : visit_(visit) {}

  bool run(std::string_view text) {
    if (!add(as_it_is(text), 0)) return false;
    while (!open_.empty()) {
      const Node node = std::move(open_.front());
      open_.pop_front();
      if (!decode(node)) return false;
    }
    return true;
  }

 private:
  struct Node {
    DecodedView view;
    int layers = 0;
  };

  bool decode(const Node& node) {
    const std::string_view text = node.view.text;
    const auto follow = [&](std::optional<DecodedView> found) {
      return !found || add(within(node.view, std::move(*found)), node.layers + 1);
    };
    if (!follow(percent_decoded(text, false)) || !follow(backslash_decoded(text)) ||
        !follow(html_decoded(text)) || !follow(percent_decoded(text, true))) {
      return false;
    }
    for (unsigned phase = 0; phase < 4; ++phase) {
      if (!follow(base64_decoded(text, phase))) return false;
    }
    return follow(hex_decoded(text, 0)) && follow(hex_decoded(text, 1));
  }

  bool add(DecodedView view, int layers) {
    if (!seen_.insert(view.text).second) return true;
    bytes_ += view.text.size();
    if (seen_.size() > most_views || bytes_ > most_bytes) return false;
    visit_(view);
    if (auto found = squeezed(view.text)) visit_(within(view, std::move(*found)));
    if (layers < most_layers && view.may_hold_more) open_.push_back({std::move(view), layers});
    return true;
  }

  const std::function<void(const DecodedView&)>& visit_;
  std::deque<Node> open_;
  std::unordered_set<std::string> seen_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::optional<DecodedView> percent_decoded(std::string_view text, bool plus_is_space) {
  const std::string_view begins = plus_is_space ? "%+" : "%";
  if (plus_is_space && text.find('+') == std::string_view::npos) return std::nullopt;
  return decoded(text, begins, [&](std::size_t at) -> std::optional<Escape> {
    if (text[at] == '+') return Escape{" ", 1};
    if (const auto byte = hex_number(text, at + 1, 2))
      return Escape{std::string(1, static_cast<char>(*byte)), 3};
    const bool unicode = text.substr(at + 1).starts_with('u');
    const auto code = unicode ? hex_number(text, at + 2, 4) : std::nullopt;
    return code ? std::optional(character(*code, 6)) : std::nullopt;
  });
}

std::optional<DecodedView> backslash_decoded(std::string_view text) {
  return decoded(text, "\\", [&](std::size_t at) { return backslash_escape(text, at); });
}

std::optional<DecodedView> html_decoded(std::string_view text) {
  return decoded(text, "&", [&](std::size_t at) { return entity(text, at); });
}

std::optional<DecodedView> squeezed(std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) return std::nullopt;
  Builder view(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (is_plain(text[at])) {
      view.keep(text, at++);
      continue;
    }
    if (const std::size_t end = end_of_colour(text, at); end != at) {
      at = end;
      continue;
    }
    const Decoded one = decode_utf8(text, at);
    if (is_seen(one)) {
      for (std::size_t i = at; i < at + one.length; ++i) view.keep(text, i);
    }
    at += one.length;
  }
  return view.size() == text.size() ? std::nullopt : std::optional(std::move(view).end());
}

std::optional<DecodedView> base64_decoded(std::string_view text, unsigned phase) {
  return digits_decoded(text, shortest_base64, phase, 6, base64_run);
}

std::optional<DecodedView> hex_decoded(std::string_view text, unsigned phase) {
  return digits_decoded(text, shortest_hex, phase, 4, hex_run);
}

bool each_view(std::string_view text, const std::function<void(const DecodedView&)>& visit) {
  return Search(visit).run(text);
}

bool is_readable(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_plain(text[at])) {
      ++at;
      continue;
    }
    const Decoded one = decode_utf8(text, at);
    const bool blank = one.character == '\n' || one.character == '\r' || one.character == '\t';
    if (!one.valid || ((one.character < 0x20 || one.character == 0x7F) && !blank)) return false;
    at += one.length;
  }
  return true;
}

}  // namespace envlink::api
