#pragma once

#include <stdexcept>

namespace envlink::simulation {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace envlink::simulation
