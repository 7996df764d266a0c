#include "emulator/target.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/digits.h"

namespace envlink::emulator {
namespace {

constexpr std::size_t most_parameters = 256;  // the rest is ignored

/// Appends the decoded `text`. False: a broken escape.
template <class Characters>
bool decode(std::string_view text, bool plus_is_space, Characters& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return false;
      out.push_back(static_cast<char>(*high * 16 + *low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return true;
}

/// Removes the part up to and including `separator` from `rest` and returns it without the separator.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t cursor_bytes = 24;
// Multiplying by an odd number is reversible and makes cursors of neighbours look different.
constexpr std::uint64_t scatter = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t gather = 0xF1DE83E19937733DU;
static_assert(scatter * gather == 1);

std::optional<std::uint32_t> four_digits(std::string_view text) {
  std::uint32_t bits = 0;
  for (const char c : text.substr(0, 4)) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
  }
  return bits;
}

}  // namespace

Query::Query(std::string_view text) {
  values_.reserve(std::min<std::size_t>(
      most_parameters, 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '&'))));
  while (!text.empty() && values_.size() < most_parameters) {
    std::string_view value = cut(text, '&');
    const auto name = decoded(cut(value, '='));
    if (!name || name->empty()) continue;
    auto items = decoded(value);
    if (!items) continue;
    do {
      values_.emplace_back(*name, cut(*items, ','));
    } while (!items->empty() && values_.size() < most_parameters);
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

Period period_of(const Query& query, Time now) {
  const auto time_or = [&](std::string_view name, Time otherwise) {
    const auto text = query.first(name);
    return text ? parse_rfc3339(*text).value_or(otherwise) : otherwise;
  };
  const Time to = time_or("endTime", now);
  return {time_or("startTime", to - std::chrono::hours(1)), to};
}

std::optional<Target> parse_target(std::string_view text) {
  std::string_view path = cut(text, '?');
  Target target;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  const bool has_escapes = path.find('%') != std::string_view::npos;
  if (has_escapes) target.decoded.reserve(path.size());  // never reallocates, so that the segments stay valid
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

std::string make_cursor(std::uint64_t ordinal, std::string_view id) {
  std::array<unsigned char, cursor_bytes> bytes{};
  const std::uint64_t number = (ordinal + 1) * scatter;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(number >> (8 * i));
  const std::string_view tail = id.substr(id.size() > 16 ? id.size() - 16 : 0);
  for (std::size_t i = 0; i < tail.size(); ++i) bytes[8 + i] = static_cast<unsigned char>(tail[i]);
  std::string out(cursor_bytes / 3 * 4, '\0');
  char* next = out.data();
  for (std::size_t i = 0; i < cursor_bytes; i += 3) {
    const std::uint32_t bits = static_cast<std::uint32_t>(bytes[i]) << 16U |
                               static_cast<std::uint32_t>(bytes[i + 1]) << 8U | bytes[i + 2];
    for (unsigned shift = 24; shift > 0; shift -= 6) *next++ = alphabet[bits >> (shift - 6) & 63U];
  }
  return out;
}

std::optional<std::uint64_t> ordinal_of(std::string_view cursor) {
  if (cursor.size() != cursor_bytes / 3 * 4) return std::nullopt;
  std::array<unsigned char, 9> bytes{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto bits = four_digits(cursor.substr(4 * i));
    if (!bits) return std::nullopt;
    for (unsigned b = 0; b < 3; ++b) bytes[3 * i + b] = static_cast<unsigned char>(*bits >> (16 - 8 * b));
  }
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8U | bytes[i];
  const std::uint64_t ordinal = number * gather - 1;
  if (ordinal > UINT32_MAX) return std::nullopt;  // longer than any list: an invented cursor
  return ordinal;
}

PageQuery page_of(const Query& query, int longest) {
  PageQuery out;
  if (const auto text = query.first("limit")) {
    int limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    // "too large" was observed; Render's words for the other two are unknown.
    if (error == std::errc::result_out_of_range || limit > longest) {
      out.refused = "invalid limit: too large";
    } else if (error != std::errc() || end != text->data() + text->size()) {
      out.refused = "invalid limit: not a number";
    } else if (limit < 1) {
      out.refused = "invalid limit: too small";
    } else {
      out.page.room = static_cast<std::size_t>(limit);
    }
  }
  const auto cursor = query.first("cursor");
  if (cursor && !cursor->empty()) {
    const auto ordinal = ordinal_of(*cursor);
    if (!ordinal && out.refused.empty()) out.refused = "invalid cursor";
    out.page.before = ordinal.value_or(0);
  }
  return out;
}

}  // namespace envlink::emulator
