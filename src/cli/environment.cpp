#include "cli/environment.h"

#include <chrono>
#include <cstdlib>

#include "cli/files.h"

namespace envlink::cli {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

config::ProcessEnvironment process_environment() {
  return {.variable = [](const std::string& name) { return environment(name); },
          .read_file = [](const std::string& path) { return read_file(path).value_or(std::nullopt); },
          .now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
}

}  // namespace envlink::cli
