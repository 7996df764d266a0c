// Any bytes as a .env file: every value comes from the text, so none is longer than it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/dotenv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& [key, value] : envlink::config::parse_dotenv(text)) {
    if (key.empty() || key.size() + value.size() >= size) std::abort();
    if (envlink::config::dotenv_line(text, key) < 1) std::abort();
  }
  return 0;
}
