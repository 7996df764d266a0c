#pragma once
// A variable without its value: its key, and facts about the value. Values never enter the model.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "model/fingerprint.h"
#include "model/value_digest.h"

namespace envlink::model {

/// The shapes that a file can require.
enum class Shape { nonempty, url, number, boolean, json };
constexpr auto words(Shape) {
  return std::to_array<std::string_view>({"nonempty", "url", "number", "boolean", "json"});
}

/// Text that is probably not a real value. reference: ${X}, {{ x }} or op://…, which was never replaced.
/// no_value: a word such as undefined. mask: ********. escaped_pem: a PEM with \n written as two characters.
enum class Stray { reference, no_value, mask, escaped_pem };
constexpr auto words(Stray) {
  return std::to_array<std::string_view>({"reference", "no_value", "mask", "escaped_pem"});
}

struct Facts {
  bool told = false;         // Render returned the value; otherwise nothing below is known
  bool empty = false;        // empty or only blanks
  bool placeholder = false;  // changeme, <token>, your-key-here, …
  bool stray_space = false;  // starts or ends with a blank or a line break
  bool quoted = false;       // the quotes are part of the value
  std::optional<Stray> stray{};
  bool url = false;
  bool number = false;
  bool boolean = false;
  bool json = false;
  bool secret = false;  // recognized as a secret: a private key, a URL with a password, a known kind of token

  bool has(Shape shape) const;
  bool operator==(const Facts&) const = default;
};

struct Variable {
  std::string key;
  Facts facts{};
  std::optional<Fingerprint> fingerprint{};  // unset: value not returned, or not needed
  std::optional<ValueDigest> digest{};       // unset: value not returned, or digests are not kept

  bool operator==(const Variable&) const = default;
};

/// The key of a secret file among variables, whose keys contain no colon: "file:ca.pem".
constexpr std::string_view file_prefix = "file:";
std::string file_key(std::string_view name);
inline bool is_file_key(std::string_view key) {
  return key.starts_with(file_prefix);
}
constexpr ValueKind kind_of(std::string_view key) {
  return key.starts_with(file_prefix) ? ValueKind::secret_file : ValueKind::variable;
}
/// The name behind a key: the variable's key or the file's name.
constexpr std::string_view name_of(std::string_view key) {
  return key.starts_with(file_prefix) ? key.substr(file_prefix.size()) : key;
}

/// nullptr: the key does not exist.
const Variable* find_variable(const std::vector<Variable>& variables, std::string_view key);
std::vector<std::string> keys_of(const std::vector<Variable>& variables);

enum class Sameness { equal, different, unknown };
constexpr auto words(Sameness) {
  return std::to_array<std::string_view>({"equal", "different", "unknown"});
}
Sameness compare(const Variable& a, const Variable& b);

}  // namespace envlink::model
