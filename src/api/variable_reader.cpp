#include "api/variable_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "api/redaction_parts.h"
#include "json/document.h"

namespace envlink::api {
namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

bool is_one_of(std::string_view word, const auto& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

bool in_quotes(std::string_view text) {
  return text.size() >= 2 && text.front() == text.back() &&
         std::string_view("\"'`").find(text.front()) != std::string_view::npos;
}

bool is_url(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 || end + 3 == text.size()) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const std::string_view scheme = text.substr(0, end);
  return is_letter(scheme.front()) &&
         std::all_of(scheme.begin(), scheme.end(),
                     [&](char c) {
                       return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                     }) &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; });
}

bool is_number(std::string_view text) {
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && end == text.data() + text.size() && error != std::errc::invalid_argument;
}

bool is_boolean(const std::string& low) {
  static constexpr std::array<std::string_view, 8> words = {"true", "false", "yes", "no",
                                                            "on",   "off",   "1",   "0"};
  return is_one_of(low, words);
}

bool is_json(std::string_view text) {
  if (text.empty()) return false;
  json::Document document;
  return document.read(text).has_value();
}

/// Only x's and separators: xxx, XXXX-XXXX.
bool is_crossed_out(const std::string& low) {
  return std::count(low.begin(), low.end(), 'x') >= 3 && low.find_first_not_of("x-_") == std::string::npos;
}

/// your-api-key-here, your_token, replace-me, insert key here.
bool is_invitation(std::string low) {
  std::replace_if(low.begin(), low.end(), [](char c) { return c == '_' || c == ' '; }, '-');
  const auto ends_with_one_of = [&](std::initializer_list<std::string_view> ends) {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return low.ends_with(end); });
  };
  if (low.starts_with("your-")) {
    return ends_with_one_of({"-here", "-key", "-token", "-secret", "-password", "-url", "-value", "-id"});
  }
  return (low.starts_with("insert-") || low.starts_with("enter-") || low.starts_with("put-") ||
          low.starts_with("add-")) &&
         low.ends_with("-here");
}

bool is_placeholder(std::string_view text, const std::string& low) {
  static constexpr std::array<std::string_view, 20> words = {
      "changeme",    "change_me",     "change-me",     "change me",     "changethis",
      "change_this", "change-this",   "replaceme",     "replace_me",    "replace-me",
      "replace me",  "todo",          "tbd",           "fixme",         "example",
      "placeholder", "example-value", "example_value", "example value", "dummy"};
  if (is_one_of(low, words) || is_crossed_out(low) || is_invitation(low)) return true;
  if (low.starts_with("placeholder_") || low.starts_with("placeholder-")) return true;
  for (const std::string_view note : {"todo:", "fixme:", "todo ", "fixme "}) {
    if (low.starts_with(note)) return true;
  }
  return text.size() > 2 && text.front() == '<' && text.back() == '>' &&
         text.find_first_of("<>", 1) == text.size() - 1;
}

/// `${X}`, also with more after the name: `${X:-y}`.
bool has_shell_reference(std::string_view text) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::string_view rest = text.substr(at + 2);
    const std::size_t name =
        rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    const bool named = name != std::string_view::npos && name > 0 && (rest[0] < '0' || rest[0] > '9');
    if (named && (rest[name] == '}' || rest[name] == ':') && rest.find('}') != std::string_view::npos)
      return true;
  }
  return false;
}

/// `{{ x }}` as in templates, including `${{ secrets.X }}`.
bool has_template(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    const std::string_view rest = text.substr(at + 2);
    const std::size_t end = rest.find("}}");
    if (end == std::string_view::npos) return false;
    const std::string_view name = trimmed(rest.substr(0, end));
    if (!name.empty() && name.find_first_of("{}\r\n") == std::string_view::npos) return true;
  }
  return false;
}

bool is_mask(std::string_view text) {
  for (const std::string_view sign : {"*", "\u2022", "\u25CF"}) {  // an asterisk, a bullet, a black circle
    std::size_t count = 0;
    std::string_view rest = text;
    for (; rest.starts_with(sign); ++count) rest.remove_prefix(sign.size());
    if (rest.empty() && count >= 3) return true;
  }
  return false;
}

std::optional<model::Stray> stray_of(std::string_view text) {
  using model::Stray;
  static constexpr std::array<std::string_view, 5> no_values = {"undefined", "null", "NaN", "[object Object]",
                                                                "[object Promise]"};
  if (is_one_of(text, no_values)) return Stray::no_value;
  if (is_mask(text)) return Stray::mask;
  if (text.starts_with("-----BEGIN ") && text.find("\\n") != std::string_view::npos)
    return Stray::escaped_pem;
  // A value may be megabytes, but a template or reference is short.
  constexpr std::size_t longest_reference = 10'000;
  if (text.size() > longest_reference) return std::nullopt;
  const bool reference = text.starts_with("op://") || has_shell_reference(text) || has_template(text);
  return reference ? std::optional(Stray::reference) : std::nullopt;
}

/// scheme://user:password@host
bool has_password(std::string_view url) {
  const std::size_t begin = url.find("://") + 3;
  const std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::size_t colon = authority.substr(0, at).find(':');
  return colon != std::string_view::npos && colon + 1 < at;
}

/// Tokens with a known prefix.
bool is_known_token(std::string_view text) {
  static constexpr auto makers = std::to_array<std::string_view>(
      {"sk_live_", "sk_test_",    "rk_live_", "whsec_",  "sk-",    "ghp_",  "gho_",
       "ghs_",     "github_pat_", "glpat-",   "xoxb-",   "xoxp-",  "xapp-", "rnd_",
       "SG.",      "npm_",        "hf_",      "dop_v1_", "shpat_", "pypi-"});
  constexpr std::size_t shortest = 20;
  return text.size() >= shortest && text.find_first_of(blanks) == std::string_view::npos &&
         std::ranges::any_of(makers, [&](std::string_view maker) { return text.starts_with(maker); });
}

bool says_secret(std::string_view text) {
  if (is_url(text)) return has_password(text);
  if (text.starts_with("-----BEGIN "))
    return text.substr(0, 60).find("PRIVATE KEY-----") != std::string_view::npos;
  return is_known_token(text);
}

}  // namespace

model::Facts facts_of(std::string_view value) {
  model::Facts facts;
  facts.told = true;
  const std::string_view text = trimmed(value);
  facts.empty = text.empty();
  if (facts.empty) return facts;
  facts.stray_space = text.size() != value.size();
  facts.quoted = in_quotes(text);
  const std::string_view bare = facts.quoted ? trimmed(text.substr(1, text.size() - 2)) : text;
  facts.empty = bare.empty();
  // All words searched for are shorter; a value may be megabytes.
  constexpr std::size_t longest_word = 200;
  if (bare.size() <= longest_word) facts.placeholder = !facts.empty && is_placeholder(bare, lower(bare));
  if (!facts.empty) facts.stray = stray_of(bare);
  // Programs get the value with its blanks and quotes.
  facts.url = is_url(value);
  facts.number = is_number(value);
  facts.boolean = value.size() <= longest_word && is_boolean(lower(value));
  facts.json = is_json(value);
  facts.secret = says_secret(bare);
  return facts;
}

Result<model::Variable> decode_variable(const Node& node, const Fingerprinter* fingerprinter,
                                        const model::DigestValue& digest) {
  model::Variable variable;
  variable.key = node.text("key");
  if (variable.key.empty()) return fail(unreadable(node.path_of("key"), "is missing"));
  const json::Value* value = node.get("value");
  if (value == nullptr || !value->is_text()) return variable;
  const std::string_view text = value->text;
  variable.facts = facts_of(text);
  if (is_hidden(text)) return variable;  // two hidden values need not be equal
  if (fingerprinter != nullptr) variable.fingerprint = fingerprinter->of(text);
  if (digest) variable.digest = digest(model::ValueKind::variable, variable.key, text);
  return variable;
}

}  // namespace envlink::api
