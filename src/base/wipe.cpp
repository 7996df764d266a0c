#include "base/wipe.h"

#include <cstring>

namespace envlink {

void wipe(void* memory, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(memory, 0, size);
  // As in glibc's explicit_bzero, which macOS lacks: this could read the memory, so it must be overwritten.
  asm volatile("" : : "r"(memory) : "memory");
}

}  // namespace envlink
