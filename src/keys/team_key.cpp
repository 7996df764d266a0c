#include "keys/team_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdint>

#include "base/mask_keys.h"
#include "base/text.h"
#include "keys/key_bytes.h"

namespace envlink::keys {
namespace {

static_assert(KeyBytes::size == crypto_kdf_KEYBYTES);

// Numbers of derived keys. They never change: stored digests and sealed values rest on them.
enum class Derived : std::uint64_t { digest = 1, seal = 2 };
constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "envlink1";

constexpr std::size_t base64_length =
    sodium_base64_ENCODED_LEN(KeyBytes::size, sodium_base64_VARIANT_URLSAFE_NO_PADDING) - 1;

std::shared_ptr<const KeyBytes> derive(const KeyBytes& from, Derived which) {
  auto key = std::make_shared<KeyBytes>();
  crypto_kdf_derive_from_key(key->bytes.data(), key->bytes.size(), static_cast<std::uint64_t>(which), context,
                             from.bytes.data());
  return key;
}

bool decode(std::string_view text, KeyBytes& into) {
  std::size_t size = 0;
  const char* end = nullptr;
  const bool whole =
      text.size() == 2 * KeyBytes::size
          ? sodium_hex2bin(into.bytes.data(), into.bytes.size(), text.data(), text.size(), nullptr, &size,
                           &end) == 0
          : text.size() == base64_length &&
                sodium_base642bin(into.bytes.data(), into.bytes.size(), text.data(), text.size(), nullptr,
                                  &size, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
  return whole && size == into.bytes.size() && end == text.data() + text.size();
}

tl::unexpected<Error> unusable(std::string why) {
  return fail({.what = "The key in ENVLINK_STORE_KEY cannot be used",
               .why = std::move(why),
               .cure = "Copy it again from where your team keeps it. It was printed once, by: envlink store "
                       "init"});
}

}  // namespace

TeamKey TeamKey::make() {
  auto key = std::make_shared<KeyBytes>();
  crypto_kdf_keygen(key->bytes.data());
  return TeamKey(std::move(key));
}

Result<TeamKey> TeamKey::parse(std::string_view text) {
  text = trim(text);
  if (!text.starts_with(store_key_prefix))
    return unusable(fmt::format("it does not begin with {}", store_key_prefix));
  text.remove_prefix(store_key_prefix.size());
  auto key = std::make_shared<KeyBytes>();
  if (!decode(text, *key)) {
    return unusable(
        fmt::format("{} characters follow {}, and they are not {} of base64url or {} hexadecimal "
                    "digits",
                    text.size(), store_key_prefix, base64_length, 2 * KeyBytes::size));
  }
  return TeamKey(std::move(key));
}

Secret TeamKey::text() const {
  std::string text(store_key_prefix);
  const std::size_t begin = text.size();
  // One more for the zero that libsodium writes.
  text.resize(begin + base64_length + 1);
  sodium_bin2base64(text.data() + begin, base64_length + 1, key_->bytes.data(), key_->bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return Secret(std::move(text));
}

DigestKey TeamKey::digest_key() const {
  return DigestKey(derive(*key_, Derived::digest));
}

SealKey TeamKey::seal_key() const {
  return SealKey(derive(*key_, Derived::seal));
}

}  // namespace envlink::keys
