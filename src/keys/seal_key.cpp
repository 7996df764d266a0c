#include "keys/seal_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <string_view>
#include <vector>

#include "keys/key_file.h"

namespace envlink::keys {
namespace {

constexpr KeyFile key_file = {
    .name = "undo.key",
    .what = "undo key",
    .cure =
        "Restore the original file, readable only by you (chown, chmod 600). Without a backup, remove it: "
        "rm '{0}'. envlink then creates a new one; values saved with the old one cannot be restored"};
static_assert(KeyBytes::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

constexpr std::size_t block = 256;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

// The first byte of the sealed text: whether there was a value.
constexpr unsigned char had_none = 0;
constexpr unsigned char had_value = 1;

/// Overwritten when destroyed.
class Plain {
 public:
  explicit Plain(std::size_t size) : bytes_(size) {}
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  ~Plain() { sodium_memzero(bytes_.data(), bytes_.size()); }
  unsigned char* data() { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<unsigned char> bytes_;
};

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Binds a sealed value to its place, so that it cannot replace another.
std::string place_of(std::int64_t run, std::size_t position) {
  return fmt::format("envlink value before a run, 1\n{}\n{}", run, position);
}

}  // namespace

Result<SealKey> SealKey::open(const std::string& directory) {
  return key_file.open(directory).map([](auto key) { return SealKey(std::move(key)); });
}

Result<std::optional<SealKey>> SealKey::find(const std::string& directory) {
  return key_file.find(directory).map([](auto key) -> std::optional<SealKey> {
    if (!key) return std::nullopt;
    return SealKey(std::move(key));
  });
}

std::string SealKey::path_in(const std::string& directory) {
  return key_file.path_in(directory);
}

SealedValue SealKey::seal(std::int64_t run, const engine::PriorValue& prior) const {
  const std::string_view value = prior.value ? std::string_view(prior.value->value_) : std::string_view();
  const std::size_t used = 1 + value.size();
  Plain plain((used / block + 1) * block);
  plain.data()[0] = prior.value ? had_value : had_none;
  value.copy(reinterpret_cast<char*>(plain.data() + 1), value.size());
  sodium_pad(nullptr, plain.data(), used, block, plain.size());

  const std::string place = place_of(run, prior.position);
  SealedValue sealed{.nonce = std::string(nonce_size, '\0'),
                     .bytes = std::string(plain.size() + tag_size, '\0')};
  randombytes_buf(sealed.nonce.data(), sealed.nonce.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed.bytes), nullptr, plain.data(), plain.size(),
                                             bytes_of(std::string_view(place)), place.size(), nullptr,
                                             bytes_of(sealed.nonce), key_->bytes.data());
  return sealed;
}

std::optional<engine::PriorValue> SealKey::unseal(std::int64_t run, std::size_t position,
                                                  const SealedValue& sealed) const {
  if (sealed.nonce.size() != nonce_size || sealed.bytes.size() < tag_size) return std::nullopt;
  Plain plain(sealed.bytes.size() - tag_size);
  const std::string place = place_of(run, position);
  std::size_t used = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, bytes_of(std::string_view(sealed.bytes)), sealed.bytes.size(),
          bytes_of(std::string_view(place)), place.size(), bytes_of(std::string_view(sealed.nonce)),
          key_->bytes.data()) != 0 ||
      sodium_unpad(&used, plain.data(), plain.size(), block) != 0 || used == 0) {
    return std::nullopt;
  }
  engine::PriorValue prior{.position = position};
  if (plain.data()[0] == had_value)
    prior.value = Secret(std::string(reinterpret_cast<const char*>(plain.data() + 1), used - 1));
  return prior;
}

}  // namespace envlink::keys
