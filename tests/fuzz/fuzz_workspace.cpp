// Any bytes as the emulator's workspace file.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "emulator/workspace_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto workspace = envlink::emulator::parse_workspace(text);
  if (!workspace && workspace.error().empty()) std::abort();
  return 0;
}

// libfyaml 0.7.12 itself leaks 2 KiB on some invalid scalars, such as a run of quotes.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfyaml.so\n";
}
