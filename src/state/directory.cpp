#include "state/directory.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace envlink::state {

Result<std::string> state_directory() {
  // The XDG Base Directory Specification says to ignore relative paths.
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/envlink";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/envlink";
  return fail({.what = "Cannot determine the folder of the journal",
               .why = "neither XDG_STATE_HOME nor HOME is set to an absolute path",
               .cure = "Set XDG_STATE_HOME to a folder that you can write to"});
}

Result<void> make_directory(const std::string& path) {
  const auto failed = [&path](int reason) {
    return fail({.what = fmt::format("The folder {} cannot be created", path),
                 .why = std::generic_category().message(reason),
                 .cure = cure_for(reason)});
  };
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), 0700) == 0 || errno == EEXIST) continue;
    // A parent folder may be read-only or not a folder; the next step reports that.
    if (const int reason = errno; end == std::string::npos) return failed(reason);
  }
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return {};
  if (!S_ISDIR(found.st_mode)) return failed(ENOTDIR);
  if (!is_ours(found)) return fail(foreign(fmt::format("The folder {} cannot be used", path)));
  if ((found.st_mode & 0077U) != 0) chmod(path.c_str(), found.st_mode & 0700U);
  return {};
}

bool is_ours(const struct stat& found) {
  return geteuid() == 0 || found.st_uid == geteuid();
}

Error foreign(std::string what) {
  return {.what = std::move(what),
          .why = "it belongs to another user, who could change its contents",
          .cure = "Set XDG_STATE_HOME to a folder of your own"};
}

std::string cure_for(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "Free some space (disk, quota, ulimit -f), then try again";
    case ENOTDIR:
      return "A file exists where envlink needs a folder: move the file away, or set XDG_STATE_HOME to "
             "another folder";
    case EISDIR:
      return "A folder exists where envlink needs a file: move the folder away, or set XDG_STATE_HOME to "
             "another folder";
    case ELOOP:
      return "It is a symbolic link: remove it";
    case EROFS:
      return "Set XDG_STATE_HOME to a writable folder";
    case ENOLCK:
    case EOPNOTSUPP:
      return "Set XDG_STATE_HOME to a folder on a disk of this machine";
    default:
      return "Make it and its folder writable for you, or set XDG_STATE_HOME to a writable folder";
  }
}

}  // namespace envlink::state
