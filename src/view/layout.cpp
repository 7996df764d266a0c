#include "view/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/mask_keys.h"

namespace envlink::view {
namespace {

std::string to_ascii(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"…", "..."}, {"→", "->"}, {"–", "-"}, {"—", "-"}, {"“", "\""}, {"”", "\""}, {"’", "'"}, {"×", "x"}};
  std::string ascii;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ascii += text[at++];
      continue;
    }
    const auto rest = text.substr(at);
    const auto* match = std::find_if(std::begin(known), std::end(known),
                                     [&](const auto& pair) { return rest.starts_with(pair.first); });
    ascii += match == std::end(known) ? "?" : match->second;
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  }
  return ascii;
}

}  // namespace

std::string safe(std::string_view text, const Style& style, std::size_t limit) {
  auto cleaned = clean(mask_keys(text), limit);
  return style.unicode ? cleaned : to_ascii(cleaned);
}

std::vector<std::string> safe(std::span<const std::string> texts, const Style& style) {
  std::vector<std::string> made;
  made.reserve(texts.size());
  for (const auto& text : texts) made.push_back(safe(text, style));
  return made;
}

std::string cut(std::string_view text, std::size_t width, const Style& style) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  if (style.unicode) {
    auto fitted = fit(text, width);  // padded if a wide character did not fit
    fitted.erase(fitted.find_last_not_of(' ') + 1);
    return fitted;
  }
  constexpr std::size_t dots = 3;  // safe text is ASCII here: one byte per column
  if (width <= dots) return std::string(text.substr(0, width));
  return std::string(text.substr(0, width - dots)) + "...";
}

std::string cut_inside(std::string_view text, std::size_t width, const Style& style) {
  constexpr std::size_t worth_it = 10;  // columns
  if (display_width(text) <= width || width < worth_it) return cut(text, width, style);
  const auto head = cut(text, width / 2, style);
  const auto room = width - display_width(head);
  auto tail = text;
  while (display_width(tail) > room) {
    do tail.remove_prefix(1);
    while (!tail.empty() && (static_cast<unsigned char>(tail.front()) & 0xC0) == 0x80);
  }
  return head + std::string(tail);
}

std::string pad(std::string_view text, std::size_t width) {
  const auto used = display_width(text);
  std::string padded(text);
  if (used < width) padded.append(width - used, ' ');
  return padded;
}

std::vector<std::string> fold(std::string_view text, std::size_t indent, const Style& style) {
  constexpr std::size_t least = 20;
  const auto width = std::max(least, style.width > indent ? style.width - indent : 0);
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const auto columns = display_width(word);
    if (used > 0 && used + 1 + columns > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    lines.back() += word;
    used += columns;
  }
  return lines;
}

std::string hanging(std::string_view lead, std::size_t indent, std::string_view text, const Style& style,
                    Colour colour) {
  std::string out;
  std::string before(lead);
  for (const std::string& line : fold(text, indent, style)) {
    out += before + paint(line, colour, style) + "\n";
    before.assign(indent, ' ');
  }
  return out;
}

std::string folded(std::string_view text, const Style& style, Colour colour) {
  return hanging({}, 0, text, style, colour);
}

std::string journal_warning(bool unreadable, const Style& style) {
  if (!unreadable) return {};
  return folded(journal_unreadable, style, Colour::caution) + "\n";
}

std::string heading(std::string_view safe_text, const Style& style) {
  return "\n" + paint(safe_text, Colour::strong, style) + "\n";
}

Line& Line::add(std::string_view safe_text, Colour colour) {
  const auto fitting = cut(safe_text, room(), style_);
  text_ += paint(fitting, colour, style_);
  used_ = std::min(style_.width, used_ + display_width(fitting));
  return *this;
}

std::string clock_text(Duration span) {
  const auto all = std::max<long long>(0, std::chrono::duration_cast<std::chrono::seconds>(span).count());
  if (all < 3600) return fmt::format("{}:{:02}", all / 60, all % 60);
  return fmt::format("{}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60);
}

std::string day_and_time(Time time) {
  std::string text = format_rfc3339_seconds(time);
  text[10] = ' ';
  return text;
}

}  // namespace envlink::view
