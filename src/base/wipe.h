#pragma once
// Overwrites memory that held a secret, also where the compiler sees that nobody reads it again.

#include <cstddef>

namespace envlink {

void wipe(void* memory, std::size_t size) noexcept;

}  // namespace envlink
