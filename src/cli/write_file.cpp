#include "cli/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "cli/write_all.h"

namespace envlink::cli {

namespace {

tl::unexpected<Error> unwritten(const std::string& path, std::string why, std::string cure) {
  return fail({.what = "Cannot write " + clean(path), .why = std::move(why), .cure = std::move(cure)});
}

tl::unexpected<Error> unwritten(const std::string& path, int number) {
  return unwritten(path, std::strerror(number),
                   "Check the folder, its permissions and the space on the disk.");
}

/// Where the bytes go: what a symbolic link leads to, not the link.
Result<std::string> target_of(const std::string& path) {
  struct stat there{};
  if (stat(path.c_str(), &there) != 0) {
    if (errno == ENOENT) return path;
    return unwritten(path, errno);
  }
  if (S_ISDIR(there.st_mode)) return unwritten(path, "it is a folder", "Name a file in it.");
  if (!S_ISREG(there.st_mode)) return unwritten(path, "it is no plain file", "Name a plain file.");
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const auto target = target_of(path);
  if (!target) return fail(target.error());
  std::string scratch = *target + ".XXXXXX";
  const int file = mkostemp(scratch.data(), O_CLOEXEC);  // 0600
  if (file < 0) return unwritten(path, errno);
  const bool whole = write_all(file, bytes);
  int trouble = whole ? 0 : errno;
  if (close(file) != 0 && trouble == 0) trouble = errno;
  if (trouble == 0 && std::rename(scratch.c_str(), target->c_str()) != 0) trouble = errno;
  if (trouble == 0) return {};
  unlink(scratch.c_str());
  return unwritten(path, trouble);
}

}  // namespace envlink::cli
