#include "view/html.h"

#include <fmt/format.h>

#include "base/mask_keys.h"
#include "base/text.h"

namespace envlink::view::html {

std::string text(std::string_view text, std::size_t limit) {
  constexpr std::string_view special = "&<>\"'";
  constexpr std::string_view entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  const std::string safe = mask_keys(clean(text, limit));
  std::string out;
  out.reserve(safe.size());
  for (const char c : safe) {
    const auto at = special.find(c);
    at == std::string_view::npos ? out += c : out += entities[at];
  }
  return out;
}

std::string code(std::string_view shown) {
  return shown.empty() ? std::string() : "<code>" + text(shown) + "</code>";
}

std::string soft(std::string_view html) {
  return fmt::format("<span class=\"soft\">{}</span>", html);
}

std::string fact(std::string_view term, const std::string& html) {
  return html.empty() ? std::string() : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", term, html);
}

std::string section(std::string_view id, std::string_view title, const std::string& html) {
  return fmt::format("<section aria-labelledby=\"h-{0}\"><h2 id=\"h-{0}\">{1}</h2>{2}</section>\n", id, title,
                     html);
}

std::string_view class_of(Colour colour) {
  constexpr std::string_view classes[] = {"", "", "off", "good", "bad", "busy", "busy"};
  return classes[static_cast<std::size_t>(colour)];
}

std::string icon(Symbol mark, Colour colour) {
  constexpr std::string_view paths[] = {
      "M2 6.5 5 9.5 10.5 2.5",                                     // good
      "M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5",                          // bad
      "M6 2V7M6 9.6V10",                                           // caution
      "M5.5 6H6.5",                                                // note
      "M6 3.5A2.5 2.5 0 1 1 6 8.5 2.5 2.5 0 1 1 6 3.5M6 5.5V6.5",  // running
      "M6 2A4 4 0 1 1 6 10 4 4 0 1 1 6 2",                         // waiting
      "M2.5 6H9.5",                                                // skipped
      "M2 6H10M7 3 10 6 7 9",                                      // arrow
  };
  return fmt::format(
      "<svg class=\"icon {}\" width=\"12\" height=\"12\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">"
      "<path d=\"{}\"/></svg>",
      class_of(colour), paths[static_cast<std::size_t>(mark)]);
}

}  // namespace envlink::view::html
