#include "journal/directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace envlink::journal {

Result<std::string> state_directory() {
  // A relative path is invalid there and to be ignored: XDG Base Directory Specification.
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/envlink";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/envlink";
  return fail({.kind = ErrorKind::general,
               .what = "There is no place for the journal",
               .why = "neither XDG_STATE_HOME nor HOME is set to an absolute path",
               .cure = "Set XDG_STATE_HOME to a folder that you can write to",
               .request_id = {}});
}

Result<void> make_directory(const std::string& path) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), 0700) == 0 || errno == EEXIST) continue;
    // Above what is ours a folder may exist that cannot be written, or be none; the next step tells.
    if (const int reason = errno; end == std::string::npos) {
      return fail({.kind = ErrorKind::general,
                   .what = fmt::format("The folder {} cannot be made", path),
                   .why = std::generic_category().message(reason),
                   .cure = "Make it writable, or set XDG_STATE_HOME to a folder that is",
                   .request_id = {}});
    }
  }
  return {};
}

}  // namespace envlink::journal
