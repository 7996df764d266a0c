#include "base/text.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

#include "base/utf8.h"

namespace envlink {
namespace {

bool breaks_line(char32_t c) {
  return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029;
}

/// Moves the cursor, changes the writing direction, or is invisible: two names could look the same.
bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) ||                          // C0, DEL, C1
         c == 0x061C || c == 0x200E || c == 0x200F ||                     // direction marks
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||  // bidi overrides and isolates
         c == 0x200B || c == 0x2060 || c == 0xFEFF ||                     // zero width
         (c & 0xFFFE) == 0xFFFE ||                                        // noncharacters, which XML forbids
         (c >= 0xE0000 && c <= 0xE007F);                                  // tags
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F;
}

std::size_t columns_of(char32_t character) {
  return static_cast<std::size_t>(std::max(0, utf8proc_charwidth(static_cast<utf8proc_int32_t>(character))));
}

/// Needs no encoding in any part of a URL.
bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

constexpr std::size_t longest_word = 128;  // longer words are not typos; keeps the table small

/// Counts insertions, deletions, replacements and swaps of neighbours, ignoring case.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
          to_lower(a[i - 2]) == to_lower(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    if (!decoded.valid) return false;
    at += decoded.length;
  }
  return true;
}

std::string clean(std::string_view text, std::size_t limit) {
  // The usual case: nothing to clean or cut.
  if (text.size() <= limit && std::ranges::all_of(text, [](char c) { return is_plain(c); }))
    return std::string(text);
  std::string out;
  std::size_t characters = 0;
  std::size_t cut_at = 0;  // where the ellipsis goes if there is more than `limit`
  for (std::size_t at = 0; at < text.size();) {
    if (characters == limit) {
      out.resize(cut_at);
      if (limit > 0) out += "…";
      return out;
    }
    const Decoded decoded = decode_utf8(text, at);
    const bool is_crlf = decoded.character == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    at += is_crlf ? 2 : decoded.length;
    if (++characters == limit) cut_at = out.size();
    if (breaks_line(decoded.character)) {
      out += ' ';
    } else {
      append_utf8(out, is_deceptive(decoded.character) ? replacement_character : decoded.character);
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    columns += columns_of(decoded.character);
    at += decoded.length;
  }
  return columns;
}

std::string fit(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  std::size_t kept = 0;          // bytes that leave one column for the ellipsis
  std::size_t kept_columns = 0;  // and their columns
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_utf8(text, at);
    columns += columns_of(decoded.character);
    at += decoded.length;
    if (columns > width) {
      if (width == 0) return {};
      return std::string(text.substr(0, kept)) + "…" + std::string(width - kept_columns - 1, ' ');
    }
    if (columns < width) {
      kept = at;
      kept_columns = columns;
    }
  }
  return std::string(text) + std::string(width - columns, ' ');
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > longest_word) return {};
  std::size_t allowed = std::clamp<std::size_t>(word.size() / 3, 1, 6);
  const std::string* best = nullptr;
  for (const std::string& candidate : candidates) {
    if (candidate.empty() || candidate.size() > longest_word) continue;
    const std::size_t found = distance(word, candidate);
    // Do not suggest a word that shares nothing.
    if (found > allowed || found >= word.size() || (best != nullptr && found == allowed)) continue;
    best = &candidate;
    allowed = found;
  }
  return best == nullptr ? std::string{} : *best;
}

std::string count_of(std::size_t count, std::string_view singular, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", singular);
  if (plural.empty()) return fmt::format("{} {}s", count, singular);
  return fmt::format("{} {}", count, plural);
}

std::string join(std::span<const std::string> items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::string join_and(std::span<const std::string> items, std::size_t limit) {
  if (items.size() <= 1) return join(items, "");
  if (items.size() <= limit) {
    return fmt::format("{} and {}", join(items.first(items.size() - 1), ", "), items.back());
  }
  // Names at least one, whatever the limit.
  const auto named = items.first(std::max<std::size_t>(limit, 1));
  return fmt::format("{} and {} more", join(named, ", "), items.size() - named.size());
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

void append_percent_encoded(std::string& out, std::string_view text, std::string_view kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
  }
}

std::string percent_encode(std::string_view text) {
  std::string out;
  append_percent_encoded(out, text);
  return out;
}

/// Backtracks only to the last `*`: usually linear, at worst the product of both lengths.
bool fits_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view others = "._/-+";
  const bool plain = std::ranges::all_of(
      text, [&](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
  if (plain && !text.empty()) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace envlink
