// Puts a secret into a value in the ways people store it, then extracts and prints it in the ways programs
// do; the input chooses the steps. The masked output must not reveal the secret, however it is decoded.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "api/log_tail.h"
#include "api/redaction.h"
#include "api/redaction_views.h"
#include "base/text.h"

namespace {

using namespace envlink;

constexpr std::string_view canary = "CANARY7q";

/// Choices made by the input; 0 when it is used up.
class Drawn {
 public:
  Drawn(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::size_t below(std::size_t limit) { return at_ < size_ ? data_[at_++] % limit : 0; }
  bool maybe() { return below(2) == 1; }
  std::string_view one_of(const std::vector<std::string_view>& all) { return all[below(all.size())]; }
  std::string text(std::string_view alphabet, std::size_t most) {
    std::string out;
    for (std::size_t left = below(most + 1); left > 0; --left) out += alphabet[below(alphabet.size())];
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string hex(std::string_view text, std::string_view between = {}) {
  std::string out;
  for (const char c : text) {
    if (!out.empty()) out += between;
    out += hex_digits[static_cast<unsigned char>(c) >> 4U];
    out += hex_digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::string base64(std::string_view text, bool for_urls, std::size_t width = 0) {
  const std::string alphabet = std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") +
                               (for_urls ? "-_" : "+/");
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    unsigned bits = 0;
    for (std::size_t i = at; i < at + 3; ++i) {
      bits = bits << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    for (unsigned i = 0; i < 4; ++i) {
      const bool padding = at + i > text.size();
      if (!padding) out += alphabet[bits >> (18 - 6 * i) & 63U];
      if (padding && !for_urls) out += '=';
      if (width != 0 && ++column % width == 0) out += '\n';
    }
  }
  return out;
}

/// Replaces each character by the result of `escape`, unless that is empty.
template <class Escape>
std::string escaped(std::string_view text, Escape escape) {
  std::string out;
  for (const char c : text) {
    const std::string form = escape(c);
    out += form.empty() ? std::string(1, c) : form;
  }
  return out;
}

std::string json_text(std::string_view text, bool slashes = false, bool angles = false) {
  return '"' +
         escaped(text,
                 [&](char c) -> std::string {
                   if (c == '\n') return "\\n";
                   if (c == '"' || c == '\\' || (c == '/' && slashes)) return {'\\', c};
                   const bool code =
                       static_cast<unsigned char>(c) < ' ' || (angles && (c == '&' || c == '<' || c == '\''));
                   return code ? "\\u00" + hex({&c, 1}) : std::string();
                 }) +
         '"';
}

std::string html_text(std::string_view text) {
  return escaped(text, [](char c) -> std::string {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      case '/':
        return "&#x2F;";
      default:
        return {};
    }
  });
}

std::string percent_text(std::string_view text, bool all) {
  return all ? escaped(text, [](char c) { return "%" + hex({&c, 1}); }) : percent_encode(text);
}

std::string with(std::string text, char sought, std::string_view put) {
  return escaped(text, [&](char c) { return c == sought ? std::string(put) : std::string(); });
}

/// The secret as part of a value. `plain`: it has no character that would end it in a plain format.
/// format.
std::string kept(Drawn& drawn, const std::string& secret, bool plain) {
  switch (drawn.below(plain ? 18 : 9)) {
    case 0:
      return secret;
    case 1:
      return "{\"type\":\"a\",\"b\":{\"password\":" + json_text(secret, drawn.maybe(), drawn.maybe()) + "}}";
    case 2:
      return "[1,[" + json_text(secret) + "]]";
    case 3:
      return json_text(secret);
    case 4:
      return base64(secret, drawn.maybe(), drawn.maybe() ? 64 : 0);
    case 5:
      return hex(secret);
    case 6:
      return "postgres://app:" + percent_text(secret, drawn.maybe()) + "@db.example:5432/x?ssl=1";
    case 7:
      return "https://h.example/cb?token=" + percent_text(secret, false) + "&x=1";
    case 8:
      return "<add key=\"a\" value=\"" + html_text(secret) + "\"/>";
    case 9:
      return "A=1\nexport B='" + secret + "'\n";
    case 10:
      return "a: 1\nb: " + secret + "\n";
    case 11:
      return "Bearer " + secret;
    case 12:
      return "other0key," + secret + ", third0key";
    case 13:
      return "app:" + secret;
    case 14:
      return "redis://:" + secret + "@h:6379";
    case 15:
      return "<password>" + secret + "</password>";
    case 16:
      return "Server=tcp:x;Password=" + secret + ";Encrypt=true";
    default:
      return "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEF\\n" + secret +
             "\\n-----END PRIVATE KEY-----\\n";
  }
}

/// The text as a program prints it. `first`: this is the first step, so the text is not encoded yet.
std::string printed(Drawn& drawn, const std::string& text, bool first) {
  switch (drawn.below(first ? 17 : 13)) {
    case 0:
      return text;
    case 1:
      return "{\"level\":\"error\",\"msg\":" + json_text(text, drawn.maybe(), drawn.maybe()) + "}";
    case 2:
      return percent_text(text, false);
    case 3:
      return percent_text(text, true);
    case 4:
      return with(percent_text(text, false), '%', "%25");
    case 5:
      return html_text(text);
    case 6:
      return "'" + with(text, '\'', "'\\''") + "'";
    case 7:
      return "'" + with(text, '\'', "''") + "'";
    case 8:
      return "\"" + with(text, '"', "\"\"") + "\"";
    case 9:
      return base64(drawn.text("user: ", 4) + text + drawn.text("end.", 4), drawn.maybe(),
                    drawn.maybe() ? 60 : 0);
    case 10:
      return hex(text);
    case 11:
      return "<Buffer " + hex(text, " ") + ">";
    case 12:
      return escaped(text, [&](char c) -> std::string {
        if (c == '\\') return "\\\\";
        if (drawn.maybe()) return {};
        const bool code = static_cast<unsigned char>(c) < 0x80 && drawn.maybe();
        return (code ? "\\u00" : "\\x") + hex({&c, 1});
      });
    case 13:
      return escaped(text,
                     [&](char c) { return drawn.below(4) == 1 ? c + std::string("\u200b") : std::string(); });
    case 14:
      return escaped(text, [](char c) { return std::string{c, '\0'}; });
    case 15:
      return escaped(
          text, [&](char c) { return drawn.below(4) == 1 ? c + std::string("\x1b[1m") : std::string(); });
    default:
      return with(percent_text(text, false), '%', "\\u0025");
  }
}

void check_unreadable(std::string_view line) {
  api::each_view(line, [](const api::DecodedView& view) {
    if (view.text.find(canary) != std::string::npos) std::abort();
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Drawn drawn(data, size);
  const bool plain = drawn.maybe();
  const std::string_view alphabet = plain ? "abcXYZ0189-_" : "abcXYZ0189-_ \"'\\/%+&=<>@:;,#?!$`";
  const std::string secret = drawn.text(alphabet, 20) + std::string(canary) + drawn.text(alphabet, 20);
  std::vector<std::string> layers = {secret};
  for (std::size_t left = 1 + drawn.below(3); left > 0; --left) {
    layers.push_back(kept(drawn, layers.back(), plain && layers.size() == 1));
  }
  api::Redactor redactor;
  const std::string reply = "{\"envVars\":[{\"key\":\"K\",\"value\":" + json_text(layers.back()) + "}]}";
  if (!redactor.learn_group({.status = 200, .body = reply})) std::abort();

  std::string text = layers[drawn.below(layers.size())];
  const std::size_t times = drawn.below(4);
  for (std::size_t i = 0; i < times; ++i) text = printed(drawn, text, i == 0);
  // No partial escape right before encoded text: where the text begins would be ambiguous.
  std::string_view before = drawn.one_of({"", " ", "x", "key=", "\"", "a1", "=", ":", "%", "\\"});
  if (times > 0 && (before == "%" || before == "\\")) before = "";
  const std::string message =
      std::string(before) + text + std::string(drawn.one_of({"", " ", "x", "\"", "%", "\\", "&", ";"}));
  for (const std::string& line : api::log_lines_of(message, redactor)) check_unreadable(line);
  check_unreadable(redactor.mask(message));
  // A program may also print the value line by line, as separate messages.
  if (text.find("\n") != std::string::npos && layers.size() > 1 && text == layers.back()) {
    for (const std::string_view line : split(text, '\n')) check_unreadable(redactor.mask(line));
  }
  return 0;
}
