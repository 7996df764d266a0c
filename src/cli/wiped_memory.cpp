// Overwrites freed memory, so that keys, values and Render's replies do not stay there.

#ifdef __APPLE__
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

#include <cstdlib>
#include <new>

#include "base/wipe.h"

// The address sanitizer manages the memory itself.
#if defined(__SANITIZE_ADDRESS__)
#define ENVLINK_MEMORY_IS_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ENVLINK_MEMORY_IS_WATCHED
#endif
#endif

#ifndef ENVLINK_MEMORY_IS_WATCHED

namespace {

std::size_t size_of(void* memory) {
#ifdef __APPLE__
  return malloc_size(memory);
#else
  return malloc_usable_size(memory);
#endif
}

void wipe_and_free(void* memory) noexcept {
  if (memory == nullptr) return;
  envlink::wipe(memory, size_of(memory));
  std::free(memory);
}

void* allocate(std::size_t size) {
  while (true) {
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  wipe_and_free(memory);
}
void operator delete[](void* memory) noexcept {
  wipe_and_free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  wipe_and_free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  wipe_and_free(memory);
}

#endif
