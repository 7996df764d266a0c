#include "keys/key_bytes.h"

#include <sodium.h>

#include <stdexcept>

namespace envlink::keys {

void begin_library() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium found no source of randomness");
}

KeyBytes::~KeyBytes() {
  sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace envlink::keys
