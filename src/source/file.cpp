#include "source/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "source/open_file.h"

namespace envlink::source {
namespace {

tl::unexpected<Error> unreadable(const std::string& path, std::string why, std::string cure) {
  return fail(
      {.what = fmt::format("Cannot read {}", clean(path)), .why = std::move(why), .cure = std::move(cure)});
}

tl::unexpected<Error> unreadable(const std::string& path, int reason) {
  return unreadable(path, std::generic_category().message(reason), "Check the path and its permissions.");
}

}  // namespace

Result<Wiped> read_file(const std::string& path) {
  // Checked before opening, because opening some devices has effects.
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return unreadable(path, errno);
  if (S_ISDIR(found.st_mode)) return unreadable(path, "it is a folder", "Name a file in it.");
  if (!S_ISREG(found.st_mode) && !S_ISFIFO(found.st_mode))
    return unreadable(path, "it is not a regular file", "Use a regular file, or <(command) in a shell.");
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return unreadable(path, errno);
  return read_whole(file.get(), path);
}

Result<Secret> from_file(const std::string& path, FinalBreak final_break) {
  auto bytes = read_file(path);
  if (!bytes) return fail(std::move(bytes.error()));
  return secret_in(bytes->text, final_break, path);
}

}  // namespace envlink::source
