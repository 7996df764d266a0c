#include "api/fingerprint.h"

#include <openssl/evp.h>

namespace envlink::api {

std::optional<model::Fingerprint> Fingerprinter::of(std::string_view value) const {
  model::Fingerprint::Bytes bytes{};
  std::size_t length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(value.data());
  static constexpr unsigned char nothing = 0;
  const unsigned char* done =
      EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key_.data(), key_.size(),
                value.empty() ? &nothing : data, value.size(), bytes.data(), bytes.size(), &length);
  if (done == nullptr || length != bytes.size()) return std::nullopt;
  return model::Fingerprint(bytes);
}

}  // namespace envlink::api
