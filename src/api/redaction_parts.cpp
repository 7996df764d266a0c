#include "api/redaction_parts.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "api/redaction_views.h"
#include "base/digits.h"
#include "base/text.h"
#include "base/wipe.h"
#include "json/document.h"

namespace envlink::api {
namespace {

constexpr std::size_t fewest_characters = 4;
constexpr std::size_t fewest_digits = 5;
constexpr std::size_t shortest_item = 8;     // of a list
constexpr std::size_t long_item = 24;        // longer than any word
constexpr std::size_t shortest_binary = 8;   // for bytes that are not text
constexpr std::size_t shortest_encoded = 8;  // for a value that looks like base64 or hexadecimal
constexpr int most_layers = 8;

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_hex_digit(char c) {
  return hex_digit(c).has_value();
}

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'' || text.front() == '`') &&
      text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

/// Words as in lists of methods, hosts or media types: letters of one case or capitalized, and characters
/// that join words.
bool is_of_words(std::string_view text) {
  int capitals = 0;
  int small = 0;
  for (const char c : text) {
    if (std::string_view("-_./:*").find(c) != std::string_view::npos) {
      capitals = small = 0;
      continue;
    }
    if (!is_alphanumeric(c) || is_digit(c)) return false;
    (is_capital(c) ? capitals : small) += 1;
    if (small > 0 && (capitals > 1 || is_capital(c))) return false;
  }
  return true;
}

/// A list item, a name in JSON, a path segment: most are not secrets.
bool may_be_a_key(std::string_view text) {
  return characters_in(text) >= shortest_item && (characters_in(text) >= long_item || !is_of_words(text));
}

bool is_scheme_of_authorization(std::string_view word) {
  static constexpr std::array<std::string_view, 12> schemes = {"bearer",  "basic", "token",  "apikey",
                                                               "api-key", "key",   "bot",    "oauth",
                                                               "ssws",    "jwt",   "digest", "negotiate"};
  const std::string small = lower(word);
  return std::ranges::find(schemes, small) != schemes.end();
}

/// netrc, `--password X`.
bool announces_secret(std::string_view word) {
  static constexpr std::array<std::string_view, 7> words = {"password", "passwd", "pwd", "pass",
                                                            "secret",   "token",  "key"};
  while (word.starts_with('-')) word.remove_prefix(1);
  const std::string small = lower(word);
  return std::ranges::find(words, small) != words.end();
}

class Parts {
 public:
  explicit Parts(std::string_view value) : most_bytes_(64 * value.size() + (std::size_t{64} << 10)) {
    add(value);
    for (std::size_t next = 0; next < parts_.size() && !overflowed_; ++next) {
      if (layers_[next] < most_layers) take_apart(parts_[next], layers_[next] + 1);
    }
  }

  std::optional<std::deque<std::string>> end() && {
    std::deque<std::string> result;
    for (std::string& part : parts_) {
      if (is_worth_masking(part)) result.push_back(part);
      wipe(part.data(), part.capacity());
    }
    return overflowed_ ? std::nullopt : std::optional(std::move(result));
  }

 private:
  void add(std::string_view text) {
    if (characters_in(text) < fewest_characters || seen_.contains(text)) return;
    bytes_ += text.size();
    overflowed_ = overflowed_ || bytes_ > most_bytes_;
    if (overflowed_) return;
    parts_.emplace_back(text);
    layers_.push_back(layer_);
    seen_.insert(parts_.back());
  }
  void add_if_key(std::string_view text) {
    if (may_be_a_key(text)) add(text);
  }
  void add(std::optional<DecodedView> view) {
    if (!view) return;
    add(std::string_view(view->text));
    wipe(view->text.data(), view->text.size());
  }

  void take_apart(std::string_view text, int layer) {
    layer_ = layer;
    if (!is_readable(text) || take_document(trim(text))) return;
    take_encoded(text);
    if (is_opaque(text) && text.find('=') >= text.find_last_not_of('='))
      return;  // there is nothing else in it
    add(trim(text));
    add(unquoted(text));
    add(percent_decoded(text, false));
    add(percent_decoded(text, true));
    add(backslash_decoded(text));
    add(html_decoded(text));
    take_quoted(text);
    if (text.find_first_of("\r\n") != std::string_view::npos) return take_lines(text);
    take_assigned(text);
    take_credentials(text);
    take_items(text);
  }

  void take_lines(std::string_view text) {
    std::string key;  // the body of a PEM without its line breaks
    const bool armoured = text.find("-----BEGIN ") != std::string_view::npos;
    while (!text.empty()) {
      const std::string_view line = trim(text.substr(0, text.find_first_of("\r\n")));
      text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size() - 1) + 1);
      add(line);
      if (line.starts_with("- ")) add(trim(line.substr(2)));
      if (armoured && !line.starts_with("-----") && line.find(':') == std::string_view::npos) key += line;
    }
    add(key);
    wipe(key.data(), key.size());
  }

  void take_encoded(std::string_view text) {
    text = trim(text);
    std::string_view digits = text;
    while (digits.ends_with('=')) digits.remove_suffix(1);
    if (digits.size() < shortest_encoded) return;
    const auto take = [&](std::optional<DecodedView> view) {
      if (!view) return;
      if (is_readable(view->text) || view->text.size() >= shortest_binary) add(std::move(view));
    };
    const auto in_base64 = [](char c) {
      return is_alphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_' || c == '\r' || c == '\n';
    };
    if (!std::ranges::all_of(digits, in_base64)) return;
    take(base64_decoded(digits, 0));
    if (digits.size() % 2 == 0 && std::ranges::all_of(digits, is_hex_digit)) take(hex_decoded(digits, 0));
  }

  bool take_document(std::string_view text) {
    if (!text.starts_with('{') && !text.starts_with('[') && !text.starts_with('"')) return false;
    json::Document document;
    const auto root = document.read(text);
    if (root) take_json(**root);
    return root.has_value();
  }

  void take_json(const json::Value& value) {
    if (value.is_text()) add(value.text);
    if (value.kind == json::Kind::whole) add(std::to_string(value.whole));
    for (const json::Value* one = value.first(); one != value.next(); one = one->next()) {
      if (value.is_object()) add_if_key((one++)->text);
      take_json(*one);
    }
  }

  /// KEY=value, key: value, also several on a line: ?a=b&c=d, host=a password=b, A=b;C=d.
  void take_assigned(std::string_view line) {
    if (const auto colon = line.find(": "); colon != std::string_view::npos)
      add(unquoted(line.substr(colon + 1)));
    if (const auto equals = line.find('='); equals != std::string_view::npos)
      add(unquoted(line.substr(equals + 1)));
    while (!line.empty()) {
      const std::string_view piece = line.substr(0, line.find_first_of(" \t;&,"));
      if (const auto equals = piece.find('='); equals != std::string_view::npos)
        add(unquoted(piece.substr(equals + 1)));
      line.remove_prefix(std::min(piece.size() + 1, line.size()));
    }
  }

  /// scheme://user:password@host, with or without the scheme; user:password, host:port:base:user:password. An
  /// unescaped / ? or # may be part of the password.
  void take_credentials(std::string_view text) {
    if (text.find_first_of(" \t") != std::string_view::npos) return;
    std::string_view rest = text;
    const auto scheme = text.find("://");
    if (scheme != std::string_view::npos) rest = text.substr(scheme + 3);
    for (const std::string_view authority : {rest.substr(0, rest.find_first_of("/?#")), rest}) {
      const auto at = authority.rfind('@');
      if (at == std::string_view::npos) continue;
      const std::string_view user = authority.substr(0, at);
      const auto colon = user.find(':');
      if (scheme != std::string_view::npos || colon != std::string_view::npos) add(user);
      if (colon != std::string_view::npos) add(user.substr(colon + 1));
    }
    if (scheme == std::string_view::npos) {
      if (const auto first = text.find(':'); first != std::string_view::npos) {
        add(text.substr(first + 1));
        add(text.substr(text.rfind(':') + 1));
      }
      return;
    }
    const auto path = rest.find_first_of("/?#");
    if (path == std::string_view::npos) return;
    rest.remove_prefix(path);
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, rest.find_first_of("/?#&="));
      add_if_key(piece);
      rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
    }
  }

  /// password="…", 'password': '…', <password>…</password>
  void take_quoted(std::string_view text) {
    std::string_view before = text;
    for (std::size_t at = text.find_first_of("\"'>"); at != std::string_view::npos;) {
      const bool element = text[at] == '>';
      const std::size_t close = text.find(element ? '<' : text[at], at + 1);
      if (close == std::string_view::npos) break;
      before = trim(text.substr(0, at));
      if (element || before.ends_with('=') || before.ends_with(':'))
        add(trim(text.substr(at + 1, close - at - 1)));
      at = text.find_first_of("\"'>", close + 1);
    }
  }

  /// Bearer X; a, b, c
  void take_items(std::string_view text) {
    constexpr std::string_view between = " \t,;|\"'`()[]{}<>";
    if (text.find_first_of(between) == std::string_view::npos) return;
    std::string_view before;
    while (!text.empty()) {
      const std::string_view item = text.substr(0, text.find_first_of(between));
      text.remove_prefix(std::min(item.size() + 1, text.size()));
      if (item.empty()) continue;
      if (is_scheme_of_authorization(before) || announces_secret(before)) add(item);
      const std::size_t equals = item.find('=');
      const bool assigned =
          equals != std::string_view::npos && item.find_first_not_of('=', equals) != std::string_view::npos;
      if (!assigned) add_if_key(item);
      before = item;
    }
  }

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  bool overflowed_ = false;
  int layer_ = 0;
  std::deque<std::string> parts_;  // parts never move: `seen_` points to them
  std::deque<int> layers_;
  std::unordered_set<std::string_view> seen_;
};

}  // namespace

bool is_worth_masking(std::string_view value) {
  static constexpr std::array<std::string_view, 44> common = {
      "true",     "false",   "none",      "null",       "undefined", "enabled",     "disabled", "enable",
      "disable",  "default", "auto",      "production", "prod",      "development", "staging",  "test",
      "testing",  "preview", "local",     "localhost",  "trace",     "debug",       "info",     "notice",
      "warn",     "warning", "error",     "critical",   "fatal",     "verbose",     "silent",   "http",
      "https",    "utf8",    "utf-8",     "json",       "text",      "main",        "master",   "require",
      "required", "prefer",  "127.0.0.1", "0.0.0.0"};
  if (characters_in(value) < fewest_characters) return false;
  if (std::ranges::all_of(value, is_digit)) return value.size() >= fewest_digits;
  return std::ranges::find(common, lower(value)) == common.end();
}

std::optional<std::deque<std::string>> parts_of(std::string_view value) {
  return Parts(value).end();
}

bool is_opaque(std::string_view text) {
  constexpr std::size_t shortest = 32;
  constexpr std::ptrdiff_t of_each = 3;
  if (text.size() < shortest) return false;
  const auto is_token = [](char c) {
    return is_alphanumeric(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '.' || c == '-';
  };
  if (!std::ranges::all_of(text, is_token) || std::ranges::count_if(text, is_digit) < of_each) return false;
  if (std::ranges::all_of(text, is_hex_digit)) return true;
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::ranges::count_if(text, is_capital) >= of_each &&
         std::ranges::count_if(text, is_small) >= of_each;
}

bool is_hidden(std::string_view value) {
  static constexpr std::array<std::string_view, 5> words = {"hidden", "redacted", "masked", "secret",
                                                            "sensitive"};
  std::string_view text = trim(value);
  for (const std::string_view dot : {"*", "•", "●"}) {
    std::string_view rest = text;
    while (rest.starts_with(dot)) rest.remove_prefix(dot.size());
    if (rest.empty() && text.size() >= 3 * dot.size()) return true;
  }
  const bool enclosed = text.size() > 2 &&
                        std::string_view("[<(").find(text.front()) != std::string_view::npos &&
                        std::string_view("]>)").find(text.back()) != std::string_view::npos;
  if (enclosed) text = text.substr(1, text.size() - 2);
  const std::string small = lower(text);
  return (enclosed || small == "redacted") && std::ranges::find(words, small) != words.end();
}

}  // namespace envlink::api
