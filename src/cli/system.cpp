#include "cli/system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#ifndef __APPLE__
#include <linux/fs.h>
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "base/text.h"
#include "state/descriptor.h"

namespace envlink::cli {

namespace {

tl::unexpected<Error> unwritten(const std::string& path, std::string why, std::string cure) {
  return fail({.what = "Cannot write " + clean(path), .why = std::move(why), .cure = std::move(cure)});
}

tl::unexpected<Error> unwritten(const std::string& path, int number) {
  return unwritten(path, std::strerror(number),
                   "Check the folder, its permissions and the space on the disk.");
}

/// The file to write: the target of a symbolic link, not the link.
Result<std::string> target_of(const std::string& path) {
  struct stat there{};
  if (stat(path.c_str(), &there) != 0) {
    if (errno == ENOENT) return path;
    return unwritten(path, errno);
  }
  if (S_ISDIR(there.st_mode)) return unwritten(path, "it is a folder", "Name a file in it.");
  if (!S_ISREG(there.st_mode)) return unwritten(path, "it is not a regular file", "Name a regular file.");
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

/// Renames without overwriting. Some file systems do not support the first way.
bool move_to_free(const std::string& from, const std::string& to) {
#ifdef __APPLE__
  if (renamex_np(from.c_str(), to.c_str(), RENAME_EXCL) == 0) return true;
#else
  // musl has no function for it.
  if (syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
    return true;
#endif
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) return false;
  if (link(from.c_str(), to.c_str()) != 0) return false;
  unlink(from.c_str());
  return true;
}

/// Writes a temporary file next to `path` that `publish` moves into place.
/// Returns 0 or errno.
template <class Publish>
int write_beside(const std::string& path, std::string_view bytes, Readers readers, Publish publish) {
  std::string scratch = path + ".XXXXXX";
  const int file = mkostemp(scratch.data(), O_CLOEXEC);
  if (file < 0) return errno;
  int cause =
      (readers == Readers::owner || fchmod(file, 0644) == 0) && state::write_all(file, bytes) ? 0 : errno;
  if (close(file) != 0 && cause == 0) cause = errno;
  if (cause == 0 && !publish(scratch)) cause = errno;
  if (cause != 0) unlink(scratch.c_str());
  return cause;
}

bool is_null_device(const struct stat& found) {
  struct stat null{};
  return S_ISCHR(found.st_mode) && stat("/dev/null", &null) == 0 && found.st_rdev == null.st_rdev;
}

/// Why the file cannot be read; empty: it can. A pipe that was open at the start, such as `<(command)` in a
/// shell, has a writer and is read to its end.
std::string no_file_because(const std::string& path, int file) {
  struct stat found{};
  if (fstat(file, &found) != 0) return std::strerror(errno);
  if (S_ISREG(found.st_mode)) return {};
  if (S_ISDIR(found.st_mode)) return "it is a folder";
  if (is_null_device(found)) return {};
  const bool given =
      path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/") || path == "/dev/stdin";
  if (!S_ISFIFO(found.st_mode) || !given) return "it is not a regular file";
  return fcntl(file, F_SETFL, 0) == 0 ? std::string() : std::strerror(errno);
}

}  // namespace

void occupy_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // open() uses the lowest free number, and lower ones are in use. Stdin and stdout are opened read-only,
    // so that a lost result is noticed; stderr is write-only, because its failure cannot be reported
    // anyway.
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
          .read_file = [](const std::string& path) { return read_file(path); },
          .now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
}

Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most) {
  const auto unreadable = [&](std::string why, std::string cure = "Check the path and its permissions.") {
    return fail({.what = "Cannot read " + clean(path), .why = std::move(why), .cure = std::move(cure)});
  };
  // Opening a FIFO without a writer would block forever.
  const state::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return unreadable(std::strerror(errno));
  }
  if (const std::string why = no_file_because(path, file.get()); !why.empty())
    return unreadable(why, "Name a regular file.");
  std::string text;
  std::vector<char> buffer(65536);
  while (const ssize_t count = ::read(file.get(), buffer.data(), buffer.size())) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(std::strerror(errno));
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > most) return unreadable(fmt::format("it is larger than {} MB", most >> 20));
  }
  return text;
}

Result<std::string> read_existing_file(const std::string& path, std::string cure, std::size_t most) {
  auto text = read_file(path, most);
  if (!text) return fail(text.error());
  if (!*text) return fail({.what = "There is no file " + clean(path), .cure = std::move(cure)});
  return std::move(**text);
}

Result<void> write_file(const std::string& path, std::string_view bytes, Readers readers) {
  const auto target = target_of(path);
  if (!target) return fail(target.error());
  const int cause = write_beside(*target, bytes, readers, [&](const std::string& scratch) {
    return std::rename(scratch.c_str(), target->c_str()) == 0;
  });
  return cause == 0 ? Result<void>() : unwritten(path, cause);
}

bool is_there(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

Error taken(const std::string& path) {
  return {.what = fmt::format("{} already exists; init never overwrites", clean(path)),
          .cure = "Edit it, or write another one: envlink init -f NEW.yaml"};
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  const int cause = write_beside(path, text, Readers::everybody,
                                 [&](const std::string& scratch) { return move_to_free(scratch, path); });
  if (cause == 0) return {};
  if (cause == EEXIST) return fail(taken(path));
  return unwritten(path, std::strerror(cause),
                   "Check the folder and its permissions, or print to stdout with -f -.");
}

}  // namespace envlink::cli
