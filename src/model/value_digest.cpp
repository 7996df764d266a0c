#include "model/value_digest.h"

#include <fmt/format.h>

namespace envlink::model {

std::string ValueDigest::hex() const {
  return fmt::format("{:02x}", fmt::join(bytes_, ""));
}

}  // namespace envlink::model
