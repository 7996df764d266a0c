#include "cli/random_key.h"

#include <sys/random.h>

namespace envlink::cli {

std::optional<api::Fingerprinter> fingerprinter() {
  static const std::optional<api::Fingerprinter> one = []() -> std::optional<api::Fingerprinter> {
    api::Fingerprinter::Key key{};
    if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) return std::nullopt;
    return api::Fingerprinter(key);
  }();
  return one;
}

}  // namespace envlink::cli
