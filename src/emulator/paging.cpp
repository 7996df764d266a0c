#include "emulator/paging.h"

#include <array>
#include <charconv>

namespace envlink::emulator {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t cursor_bytes = 24;
// Multiplying by an odd number can be undone; the cursors of neighbours look unlike each other.
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
  if (ordinal > UINT32_MAX) return std::nullopt;  // no list grows that long: a made-up cursor
  return ordinal;
}

PageQuery page_of(const Query& query) {
  PageQuery out;
  if (const auto text = query.first("limit")) {
    int limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    // "too large" was seen; Render's words for the other two are unknown.
    if (error == std::errc::result_out_of_range || limit > 100) {
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
