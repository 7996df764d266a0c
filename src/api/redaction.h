#pragma once
// Masks the values of variables and secret files in a text that is about to be shown or stored. It holds the
// values as long as it lives and overwrites them then; they go nowhere else.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "base/error.h"
#include "base/secret.h"

namespace envlink::api {

/// A mask is three characters, whatever it hides: a length tells something as well.
constexpr std::string_view mask_text = "•••";

class Redactor {
 public:
  /// A reply of GET /env-groups/{id}. A value that cannot be read is an error: it could not be masked.
  Result<void> learn_group(const Response& response);
  /// A page of GET /services/{id}/env-vars. The cursor of the next page; "" when it was the last.
  Result<std::string> learn_variables(const Response& response);

  /// Every occurrence of a value, plain, escaped as in JSON, percent-encoded or in base64, becomes mask_text,
  /// and so does each line and each credential within a value. API keys become rnd_***. Values that hide
  /// nothing are left: see is_worth_masking.
  std::string mask(std::string_view text) const;

 private:
  Result<void> learn(std::string_view value);
  void add(std::string_view text);
  static void each_once(std::vector<Secret>& texts);
  void settle();
  std::string mask_once(std::string_view text) const;

  std::vector<Secret> needles_;     // sorted; at least shortest_needle bytes each
  std::array<bool, 256> begins_{};  // bytes that one of them begins with
};

/// False for fewer than 4 characters, numbers of fewer than 5 digits, and words like true or production.
/// Whatever is in doubt is masked.
bool is_worth_masking(std::string_view value);

}  // namespace envlink::api
