#include "api/key_name.h"

#include <fmt/format.h>

#include "base/sha256.h"

namespace envlink::api {

std::string key_name(const Secret& key) {
  std::string text = fmt::format("envlink name of an API key, 1\n{}", key.value_);
  std::string name = sha256_hex(text).substr(0, 32);
  const Secret wiped(std::move(text));
  return name;
}

}  // namespace envlink::api
