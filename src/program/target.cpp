#include <fmt/format.h>

#include "program/program.h"

namespace envlink::program {

#if defined(__x86_64__)
#define ENVLINK_PROCESSOR "x86_64"
#elif defined(__aarch64__)
#define ENVLINK_PROCESSOR "aarch64"
#else
#define ENVLINK_PROCESSOR "unknown"
#endif

#if defined(__APPLE__)
#define ENVLINK_SYSTEM "macos"
#elif defined(__linux__) && defined(__GLIBC__)
#define ENVLINK_SYSTEM "linux-gnu"
#elif defined(__linux__)
#define ENVLINK_SYSTEM "linux-musl"
#else
#define ENVLINK_SYSTEM "unknown"
#endif

std::string_view target() {
  return ENVLINK_PROCESSOR "-" ENVLINK_SYSTEM;
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace envlink::program
