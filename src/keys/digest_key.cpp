#include "keys/digest_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <span>
#include <utility>

#include "keys/key_file.h"

namespace envlink::keys {
namespace {

constexpr KeyFile key_file = {
    .name = "digest.key",
    .what = "digest key",
    .cure =
        "Remove it: rm '{0}'. envlink then creates a new one; what was recorded with this one counts as "
        "unknown once"};
static_assert(KeyBytes::size == crypto_auth_hmacsha256_KEYBYTES);

// Every digested text starts with one of these, so that no digest of a value can equal the key's id.
constexpr std::string_view value_domain = "envlink digest of a value, 1";
constexpr std::string_view key_domain = "envlink name of a digest key, 1";

class Hmac {
 public:
  explicit Hmac(std::span<const unsigned char> key) {
    crypto_auth_hmacsha256_init(&state_, key.data(), key.size());
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() { sodium_memzero(&state_, sizeof state_); }

  Hmac& add(std::string_view bytes) {
    crypto_auth_hmacsha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    return *this;
  }
  model::ValueDigest finish() {
    model::ValueDigest::Bytes bytes{};
    static_assert(bytes.size() == crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_final(&state_, bytes.data());
    return model::ValueDigest(bytes);
  }

 private:
  crypto_auth_hmacsha256_state state_{};
};

}  // namespace

Result<DigestKey> DigestKey::open(const std::string& directory) {
  return key_file.open(directory).map([](auto key) { return DigestKey(std::move(key)); });
}

Result<std::optional<DigestKey>> DigestKey::find(const std::string& directory) {
  return key_file.find(directory).map([](auto key) -> std::optional<DigestKey> {
    if (!key) return std::nullopt;
    return DigestKey(std::move(key));
  });
}

model::ValueDigest DigestKey::digest(model::ValueKind kind, std::string_view name,
                                     std::string_view value) const {
  // The lengths mark where the name ends, whatever bytes it has; the rest is the value.
  const std::string frame = fmt::format("{}\n{}\n{}\n", value_domain, word(kind), name.size());
  return Hmac(key_->bytes).add(frame).add(name).add(value).finish();
}

model::DigestValue DigestKey::function() const {
  return [key = *this](model::ValueKind kind, std::string_view name, std::string_view value) {
    return key.digest(kind, name, value);
  };
}

std::string DigestKey::id() const {
  return Hmac(key_->bytes).add(key_domain).finish().hex().substr(0, 16);
}

}  // namespace envlink::keys
