#include "cli/system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace envlink::cli {

namespace {

/// All of the bytes to the disk. False: errno says why.
bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return fsync(file) == 0;
}

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

/// Moves `from` to where nothing is. Not every file system knows the first way.
bool move_to_free(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  if (link(from.c_str(), to.c_str()) != 0) return false;
  unlink(from.c_str());
  return true;
}

/// A file beside `path`, for its owner alone or readable by everybody, that `publish` moves to its place. 0,
/// or errno.
template <class Publish>
int write_beside(const std::string& path, std::string_view bytes, bool for_everybody, Publish publish) {
  std::string scratch = path + ".XXXXXX";
  const int file = mkostemp(scratch.data(), O_CLOEXEC);
  if (file < 0) return errno;
  int cause = (!for_everybody || fchmod(file, 0644) == 0) && write_all(file, bytes) ? 0 : errno;
  if (close(file) != 0 && cause == 0) cause = errno;
  if (cause == 0 && !publish(scratch)) cause = errno;
  if (cause != 0) unlink(scratch.c_str());
  return cause;
}

}  // namespace

void occupy_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free, and those below are taken by now. Nothing can be written to stdin and
    // stdout, so that a result with nowhere to go is noticed; what stderr is for can be told nobody.
    if (open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY) != stream) std::_Exit(1);
  }
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

config::ProcessEnvironment process_environment() {
  return {.variable = environment,
          .read_file = [](const std::string& path) { return read_file(path).value_or(std::nullopt); },
          .now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
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

Result<std::string> read_existing_file(const std::string& path, std::string cure, std::size_t most) {
  auto text = read_file(path, most);
  if (!text) return fail(text.error());
  if (!*text) return fail({.what = "There is no file " + clean(path), .cure = std::move(cure)});
  return std::move(**text);
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const auto target = target_of(path);
  if (!target) return fail(target.error());
  const int cause = write_beside(*target, bytes, false, [&](const std::string& scratch) {
    return std::rename(scratch.c_str(), target->c_str()) == 0;
  });
  return cause == 0 ? Result<void>() : unwritten(path, cause);
}

bool is_there(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

Error taken(const std::string& path) {
  return {.what = fmt::format("There is a file {} already, and init writes over none", clean(path)),
          .cure = "Look at it; to have another beside it: envlink init -f NEW.yaml"};
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  const int cause =
      write_beside(path, text, true, [&](const std::string& scratch) { return move_to_free(scratch, path); });
  if (cause == 0) return {};
  if (cause == EEXIST) return fail(taken(path));
  return unwritten(path, std::strerror(cause),
                   "Check the folder and its permissions, or print to stdout with -f -.");
}

}  // namespace envlink::cli
