#include "view/links.h"

#include <algorithm>
#include <array>

namespace envlink::view {
namespace {

constexpr std::string_view scheme = "https://";

bool is_of_address(char c) {
  return c > ' ' && c < '\x7f' && std::string_view("\"'<>\\^`{|}").find(c) == std::string_view::npos;
}

/// Without a full stop or bracket that ends the sentence.
std::string_view address_at(std::string_view text) {
  const auto* const end = std::ranges::find_if_not(text, is_of_address);
  text = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  while (!text.empty() && std::string_view(".,;:)").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::string linked(std::string_view text, const Style& style) {
  if (!style.links) return std::string(text);
  std::string out;
  while (true) {
    const std::size_t at = text.find(scheme);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at);
    const std::string_view address = address_at(text);
    text.remove_prefix(address.size());
    const bool cut = text.starts_with(cut_mark(style));
    if (!cut && address.size() > scheme.size()) {
      out.append("\x1b]8;;").append(address).append("\x1b\\").append(address).append("\x1b]8;;\x1b\\");
    } else {
      out += address;
    }
  }
}

bool terminal_knows_links(const Variables& environment) {
  if (const auto forced = environment("FORCE_HYPERLINK")) return *forced != "0";
  const std::string kind = environment("TERM").value_or("");
  const auto begins = [](std::string_view text, const auto& heads) {
    return std::ranges::any_of(heads, [text](std::string_view head) { return text.starts_with(head); });
  };
  if (begins(kind, std::array<std::string_view, 2>{"screen", "tmux"})) return false;
  if (begins(kind,
             std::array<std::string_view, 5>{"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm"}))
    return true;
  const std::string vte = environment("VTE_VERSION").value_or("");
  if (vte.size() > 4 || (vte.size() == 4 && vte >= "5000")) return true;
  if (environment("WT_SESSION") || environment("KONSOLE_VERSION") || environment("DOMTERM")) return true;
  const std::string program = environment("TERM_PROGRAM").value_or("");
  return begins(program,
                std::array<std::string_view, 5>{"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"});
}

}  // namespace envlink::view
