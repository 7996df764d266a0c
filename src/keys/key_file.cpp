#include "keys/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <span>
#include <system_error>
#include <utility>

#include "state/descriptor.h"
#include "state/directory.h"

namespace envlink::keys {
namespace {

tl::unexpected<Error> failed(const KeyFile& kind, const std::string& path, std::string_view verb,
                             int reason) {
  return fail({.what = fmt::format("The {} {} cannot be {}", kind.what, path, verb),
               .why = std::generic_category().message(reason),
               .cure = state::cure_for(reason)});
}

tl::unexpected<Error> unusable(const KeyFile& kind, const std::string& path, std::string why) {
  return fail({.what = fmt::format("The {} {} cannot be used", kind.what, path),
               .why = std::move(why),
               .cure = fmt::format(fmt::runtime(kind.cure), path)});
}

/// Reads up to `size` bytes. -1 with errno on failure.
ssize_t read_whole(int file, unsigned char* into, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = read(file, into + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(done);
}

/// True if it was read, false if it does not exist.
Result<bool> load(const KeyFile& kind, const std::string& path, std::span<unsigned char> into) {
  // O_NONBLOCK: do not wait for a FIFO in its place.
  const state::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) return false;
  if (!file.is_open()) return failed(kind, path, "read", errno);
  struct stat found{};
  if (fstat(file.get(), &found) != 0) return failed(kind, path, "read", errno);
  if (S_ISDIR(found.st_mode)) return failed(kind, path, "read", EISDIR);
  if (!S_ISREG(found.st_mode)) return unusable(kind, path, "it is not a regular file");
  if (found.st_uid != geteuid()) return unusable(kind, path, "it belongs to another user");
  if ((found.st_mode & 077U) != 0) return unusable(kind, path, "other users can read or write it");
  if (found.st_size != static_cast<off_t>(into.size())) {
    return unusable(kind, path, fmt::format("it has {} bytes, but a key has {}", found.st_size, into.size()));
  }
  const ssize_t got = read_whole(file.get(), into.data(), into.size());
  if (got < 0) return failed(kind, path, "read", errno);
  if (got != static_cast<ssize_t>(into.size()))
    return unusable(kind, path, "it was truncated while it was read");
  return true;
}

/// The temporary name of a file while it is written, removed at the end. Linking gives the file its real
/// name.
class Scratch {
 public:
  explicit Scratch(const std::string& beside)
      : path_(beside + ".XXXXXX"), file_(mkostemp(path_.data(), O_CLOEXEC)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (file_.is_open()) unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  const state::Descriptor& file() const { return file_; }

 private:
  std::string path_;
  state::Descriptor file_;
};

/// The file gets its name only after all of it is on disk; the first process to link it wins.
Result<void> make(const KeyFile& kind, const std::string& directory, const std::string& path,
                  std::span<const unsigned char> bytes) {
  if (auto made = state::make_directory(directory); !made) return made;
  const Scratch scratch(path);
  const int file = scratch.file().get();
  if (!scratch.file().is_open()) return failed(kind, path, "created", errno);
  // The umask may have removed even the owner's permissions.
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (fchmod(file, 0600) != 0 || !state::write_all(file, text)) return failed(kind, path, "created", errno);
  if (link(scratch.path().c_str(), path.c_str()) != 0 && errno != EEXIST)
    return failed(kind, path, "created", errno);
  const state::Descriptor folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) fsync(folder.get());
  return {};
}

}  // namespace

std::string KeyFile::path_in(const std::string& directory) const {
  return fmt::format("{}/{}", directory, name);
}

Result<std::shared_ptr<const KeyBytes>> KeyFile::open(const std::string& directory) const {
  const std::string path = path_in(directory);
  // The file may be removed after it was created and before it is loaded. Do not retry forever.
  for (int tries = 0; tries < 3; ++tries) {
    auto found = find(directory);
    if (!found || *found) return found;
    KeyBytes fresh;
    randombytes_buf(fresh.bytes.data(), fresh.bytes.size());
    if (auto made = make(*this, directory, path, fresh.bytes); !made) return fail(std::move(made.error()));
  }
  return failed(*this, path, "created", ENOENT);
}

Result<std::shared_ptr<const KeyBytes>> KeyFile::find(const std::string& directory) const {
  auto key = std::make_shared<KeyBytes>();
  return load(*this, path_in(directory), key->bytes).map([&](bool found) -> std::shared_ptr<const KeyBytes> {
    return found ? std::move(key) : nullptr;
  });
}

}  // namespace envlink::keys
