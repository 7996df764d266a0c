#include "base/mask_keys.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace envlink {
namespace {

constexpr std::string_view mask = "***";

bool is_key_character(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-';
}

void mask_after(std::string& text, std::string_view prefix) {
  if (text.find(prefix) == std::string::npos) return;
  std::string out;
  std::string_view rest = text;
  for (;;) {
    const auto found = rest.find(prefix);
    if (found == std::string_view::npos) break;
    const auto body = rest.begin() + found + prefix.size();
    const auto end = std::find_if_not(body, rest.end(), is_key_character);
    out.append(rest.begin(), body);
    if (end != body) out += mask;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()));
  }
  text = out.append(rest);
}

/// An address ends where the text around it goes on. A password that should have been percent-encoded may
/// have any other character.
std::string_view address_at(std::string_view text) {
  return text.substr(0, text.find_first_of(" \t\r\n\"'`<>"));
}

/// What follows "://". In doubt it masks too much.
std::string masked_address(std::string_view address) {
  std::string out(address);
  if (out.empty()) return out;
  const auto at = out.rfind('@');
  const auto colon = out.find(':');
  if (at != std::string::npos && colon < at) {
    if (colon + 1 < at) out.replace(colon + 1, at - colon - 1, mask);
  } else if (at == std::string::npos && colon < out.size() - 1 && out.front() != '[' &&
             (out[colon + 1] < '0' || out[colon + 1] > '9')) {
    // Not a port: a password whose end was cut off.
    out.replace(colon + 1, std::string::npos, mask);
  }
  for (std::size_t from = 0; (from = out.find("password=", from)) != std::string::npos;) {
    from += std::string_view("password=").size();
    out.replace(from, std::min(out.find('&', from), out.size()) - from, mask);
  }
  return out;
}

void mask_passwords(std::string& text) {
  constexpr std::array<std::string_view, 2> schemes = {"postgres://", "postgresql://"};
  for (const std::string_view scheme : schemes) {
    for (std::size_t from = 0; (from = text.find(scheme, from)) != std::string::npos;) {
      from += scheme.size();
      const std::string_view address = address_at(std::string_view(text).substr(from));
      const std::string masked = masked_address(address);
      text.replace(from, address.size(), masked);
      from += masked.size();
    }
  }
}

}  // namespace

std::string mask_keys(std::string_view text) {
  std::string out(text);
  mask_after(out, "rnd_");
  mask_after(out, store_key_prefix);
  mask_passwords(out);
  return out;
}

}  // namespace envlink
