// Any bytes as envlink.yaml: read, or refused with printable problems.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "config/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto desired = envlink::config::parse_file(text, "envlink.yaml");
  if (desired) return 0;
  if (desired.error().empty()) std::abort();
  const std::string shown = envlink::yaml::render(desired.error(), "envlink.yaml", text);
  if (!envlink::is_valid_utf8(shown)) std::abort();
  for (const char c : shown) {
    if ((c >= 0 && c < ' ' && c != '\n') || c == 0x7f) std::abort();
  }
  return 0;
}

// libfyaml 0.7.12 itself leaks 2 KiB on some invalid scalars, such as a run of quotes.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfyaml.so\n";
}
