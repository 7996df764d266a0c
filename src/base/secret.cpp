#include "base/secret.h"

#include <utility>

#include "base/wipe.h"

namespace envlink {
namespace {

/// Overwrites the whole capacity: a moved-from string keeps its short text with a length of 0.
void overwrite(std::string& text) {
  wipe(text.data(), text.capacity());
}

}  // namespace

Secret::Secret(std::string value) : value_(value) {
  overwrite(value);
}

Secret& Secret::operator=(Secret other) noexcept {
  overwrite(value_);
  value_ = std::move(other.value_);
  return *this;
}

Secret::~Secret() {
  overwrite(value_);
}

}  // namespace envlink
