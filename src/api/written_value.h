#pragma once
// Writing a value to an environment group: the body of the request, facts about the value, and the value that
// it replaces.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/fingerprint.h"
#include "api/message.h"
#include "base/error.h"
#include "base/id.h"
#include "base/secret.h"
#include "model/variable.h"

namespace envlink::api {

/// JSON that contains values, and the values. Only a transport reads the JSON, with body_of.
class SecretBody {
 public:
  SecretBody(Secret json, std::vector<Secret> values) : json_(std::move(json)), values_(std::move(values)) {}

 private:
  friend struct WrittenValue;
  Secret json_;
  std::vector<Secret> values_;
};

/// A group to create with all its content and links in one request.
struct GroupToMake {
  struct Value {
    std::string key{};  // for a secret file "file:NAME"
    std::shared_ptr<const SecretBody> body{};
  };
  std::string name{};
  OwnerId owner{};
  EnvironmentId environment{};  // empty: none
  std::vector<Value> values{};
  std::vector<ServiceId> services{};
};

/// The functions that read a secret in order to write it.
struct WrittenValue {
  /// {"value": …} for a variable, {"content": …} for a secret file (model::is_file_key).
  static std::shared_ptr<const SecretBody> body(std::string_view key, const Secret& value);
  static std::shared_ptr<const SecretBody> body(const GroupToMake& group);
  /// Facts, and a fingerprint and digest if functions for them are given; nothing of the value itself. No
  /// digest for a value that looks like a mask, because it could not be read back.
  static model::Variable describe(std::string_view key, const Secret& value,
                                  const Fingerprinter* fingerprinter, const model::DigestValue& digest);
  /// For a request with a secret body.
  static const std::vector<Secret>& values_of(const Request& request);
  /// Whether the text contains the value unchanged.
  static bool stands_in(std::string_view text, const Secret& value);
  /// Only for a transport: the request's body.
  static std::string_view body_of(const Request& request);
};

/// The group's values of these keys in a reply; unset: the key does not exist. Fails if Render hides one.
Result<std::vector<std::optional<Secret>>> values_held(const Response& group,
                                                       const std::vector<std::string>& keys);

}  // namespace envlink::api
