#include "cli/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "cli/write_all.h"

namespace envlink::cli {

namespace {

/// Moves `from` to where nothing is. Not every file system knows the first way.
bool move_to_free(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  if (link(from.c_str(), to.c_str()) != 0) return false;
  unlink(from.c_str());
  return true;
}

tl::unexpected<Error> not_written(const std::string& path, int cause) {
  return fail({.what = fmt::format("Cannot write {}", clean(path)),
               .why = std::strerror(cause),
               .cure = "Check the folder and its permissions, or print to stdout with -f -."});
}

}  // namespace

bool is_there(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

Error taken(const std::string& path) {
  return {.what = fmt::format("There is a file {} already, and init writes over none", clean(path)),
          .cure = "Look at it; to have another beside it: envlink init -f NEW.yaml"};
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  std::string draft = path + ".XXXXXX";
  const int file = mkostemp(draft.data(), O_CLOEXEC);
  if (file < 0) return not_written(path, errno);
  bool done = fchmod(file, 0644) == 0 && write_all(file, text);
  int cause = errno;
  if (close(file) != 0 && done) {
    cause = errno;
    done = false;
  }
  if (done && !move_to_free(draft, path)) {
    cause = errno;
    done = false;
  }
  if (done) return {};
  unlink(draft.c_str());
  return cause == EEXIST ? fail(taken(path)) : not_written(path, cause);
}

}  // namespace envlink::cli
