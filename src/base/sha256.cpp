#include "base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace envlink {

namespace {

using Digest = std::array<unsigned char, 32>;

Digest digest_of(std::string_view bytes) {
  Digest digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 ||
      size != digest.size()) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  return digest;
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL adds a zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data(bytes),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string hmac_sha256_base64(std::string_view key, std::string_view bytes) {
  Digest digest{};
  std::size_t size = 0;
  const unsigned char* done = EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                                        data(bytes), bytes.size(), digest.data(), digest.size(), &size);
  if (done == nullptr || size != digest.size()) throw std::runtime_error("OpenSSL cannot compute an HMAC");
  return base64(view(digest));
}

std::string sha256_hex(std::string_view bytes) {
  return fmt::format("{:02x}", fmt::join(digest_of(bytes), ""));
}

std::string sha256_base64(std::string_view bytes) {
  return base64(view(digest_of(bytes)));
}

bool looks_like_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace envlink
