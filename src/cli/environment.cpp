#include "cli/environment.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace envlink::cli {

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most) {
  const auto unreadable = [&](std::string why) {
    return fail({.what = "Cannot read " + clean(path),
                 .why = std::move(why),
                 .cure = "Check the path and its permissions."});
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return unreadable(std::strerror(errno));
  }
  std::string text;
  std::array<char, 65536> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), count);
    if (text.size() > most) return unreadable(fmt::format("it is larger than {} MB", most >> 20));
  }
  if (std::ferror(file.get()) != 0) return unreadable(std::strerror(errno));
  return text;
}

config::Surroundings process_environment() {
  return {.variable = [](const std::string& name) { return environment(name); },
          .read_file = [](const std::string& path) { return read_file(path).value_or(std::nullopt); },
          .now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
}

}  // namespace envlink::cli
