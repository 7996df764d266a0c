#pragma once
// A value on its way to an environment group: the body of the request that carries it, what is known of it
// without telling it, and what Render showed in its place before.

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

/// JSON that holds values, and the values. Nobody but a transport reads the JSON, by body_of.
class SecretBody {
 public:
  SecretBody(Secret json, std::vector<Secret> values) : json_(std::move(json)), values_(std::move(values)) {}

 private:
  friend struct WrittenValue;
  Secret json_;
  std::vector<Secret> values_;
};

/// A group that is made with all that it holds and every link, in one request.
struct GroupToMake {
  struct Value {
    std::string key{};  // of a secret file "file:NAME"
    std::shared_ptr<const SecretBody> body{};
  };
  std::string name{};
  OwnerId owner{};
  EnvironmentId environment{};  // empty: none
  std::vector<Value> values{};
  std::vector<ServiceId> services{};
};

/// Those who read a secret in order to write it.
struct WrittenValue {
  /// {"value": …} of a variable, {"content": …} of a secret file (model::is_file_key).
  static std::shared_ptr<const SecretBody> body(std::string_view key, const Secret& value);
  static std::shared_ptr<const SecretBody> body(const GroupToMake& group);
  /// Facts, and a fingerprint and a digest where somebody makes them; nothing of the value itself. No digest
  /// of one that looks like what stands in the place of a hidden one: it could not be read back.
  static model::Variable describe(std::string_view key, const Secret& value,
                                  const Fingerprinter* fingerprinter, const model::DigestValue& digest);
  /// Of a request that has a secret body.
  static const std::vector<Secret>& values_of(const Request& request);
  /// It stands in the text as it is.
  static bool stands_in(std::string_view text, const Secret& value);
  /// For a transport alone: what goes out as the request's body.
  static std::string_view body_of(const Request& request);
};

/// What a group held by these keys, as its reading shows it; unset: there is none. Fails where Render hides
/// one of them.
Result<std::vector<std::optional<Secret>>> values_held(const Response& group,
                                                       const std::vector<std::string>& keys);

}  // namespace envlink::api
