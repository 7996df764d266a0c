#include "plan/secret_name.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/variable.h"

namespace envlink::plan {
namespace {

constexpr auto secrets = std::to_array<std::string_view>(
    {"secret", "secrets",  "password", "passwd",      "pass",       "passphrase", "pwd", "token",
     "key",    "apikey",   "salt",     "pepper",      "credential", "jks",        "pfx", "p12",
     "bearer", "keystore", "privkey",  "credentials", "license",    "keypair"});
/// Last words of names that are about a secret but do not contain one: TOKEN_TTL, KEY_ID.
constexpr auto harmless = std::to_array<std::string_view>(
    {"id",      "name",     "ttl",     "expiry", "expires", "expiration", "seconds",
     "minutes", "hours",    "days",    "length", "size",    "limit",      "algorithm",
     "alg",     "type",     "version", "header", "prefix",  "enabled",    "url",
     "uri",     "endpoint", "path",    "file",   "issuer",  "audience",   "rounds"});
constexpr auto shown_to_all =
    std::to_array<std::string_view>({"public", "publishable", "anon", "vite", "pub"});

std::vector<std::string> words_of(std::string_view name) {
  std::string text = lower(name);
  std::ranges::replace_if(text, [](char c) { return c == '-' || c == '.'; }, '_');
  std::vector<std::string> words;
  for (const std::string_view word : split(text, '_')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

bool is_among(const auto& list, const std::string& word) {
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

bool name_says_secret(std::string_view key) {
  const std::vector<std::string> words = words_of(model::name_of(key));
  const auto any = [&](const auto& list) {
    return std::ranges::any_of(words, [&](const std::string& word) { return is_among(list, word); });
  };
  return any(secrets) && !any(shown_to_all) && !is_among(harmless, words.back());
}

}  // namespace envlink::plan
