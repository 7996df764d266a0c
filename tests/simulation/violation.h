#pragma once

#include <stdexcept>

namespace envlink::simulation {

/// Something did not hold that must always hold.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace envlink::simulation
