#include "source/generate.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace envlink::source {
namespace {

constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

Wiped random_bytes(std::size_t count) {
  Wiped bytes(count);
  bytes.text.resize(count);
  randombytes_buf(bytes.text.data(), count);
  return bytes;
}

const unsigned char* unsigned_data(const Wiped& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.text.data());
}

/// The library writes a NUL after the text.
Wiped in_hex(const Wiped& bytes) {
  const std::size_t size = 2 * bytes.text.size() + 1;
  Wiped out(size);
  out.text.resize(size);
  sodium_bin2hex(out.text.data(), size, unsigned_data(bytes), bytes.text.size());
  out.text.pop_back();
  return out;
}

Wiped in_base64(const Wiped& bytes, int variant) {
  const std::size_t size = sodium_base64_encoded_len(bytes.text.size(), variant);
  Wiped out(size);
  out.text.resize(size);
  sodium_bin2base64(out.text.data(), size, unsigned_data(bytes), bytes.text.size(), variant);
  out.text.pop_back();
  return out;
}

Wiped alphanumeric(std::size_t count) {
  Wiped out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.text +=
        letters_and_digits[randombytes_uniform(static_cast<std::uint32_t>(letters_and_digits.size()))];
  }
  return out;
}

}  // namespace

Wiped random_text(std::size_t bytes, Encoding encoding) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium found no source of randomness");
  switch (encoding) {
    case Encoding::base64url:
      return in_base64(random_bytes(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    case Encoding::base64:
      return in_base64(random_bytes(bytes), sodium_base64_VARIANT_ORIGINAL);
    case Encoding::hex:
      return in_hex(random_bytes(bytes));
    case Encoding::alphanumeric:
      return alphanumeric(bytes);
  }
  throw std::logic_error("an encoding without a way to write it");
}

Result<Secret> generate(std::size_t bytes, Encoding encoding) {
  if (bytes >= 1 && bytes <= most_random_bytes) return Secret(std::string(random_text(bytes, encoding).text));
  return fail({.kind = ErrorKind::usage,
               .what = fmt::format("Cannot generate a value from {} random bytes", bytes),
               .cure = fmt::format("Ask for 1 to {}; 32 are enough for any secret.", most_random_bytes)});
}

}  // namespace envlink::source
