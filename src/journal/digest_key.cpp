#include "journal/digest_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "journal/descriptor.h"
#include "journal/directory.h"

namespace envlink::journal {

struct DigestKey::Key {
  Key() = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { sodium_memzero(bytes.data(), bytes.size()); }

  std::array<unsigned char, crypto_auth_hmacsha256_KEYBYTES> bytes{};
};

namespace {

// What is digested begins with one of these, so that no digest of a value can stand for the key's own id.
constexpr std::string_view value_domain = "envlink digest of a value, 1";
constexpr std::string_view key_domain = "envlink name of a digest key, 1";

class Hmac {
 public:
  explicit Hmac(std::span<const unsigned char> key) {
    crypto_auth_hmacsha256_init(&state_, key.data(), key.size());
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() { sodium_memzero(&state_, sizeof state_); }

  Hmac& add(std::string_view bytes) {
    crypto_auth_hmacsha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    return *this;
  }
  model::ValueDigest finish() {
    model::ValueDigest::Bytes bytes{};
    static_assert(bytes.size() == crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_final(&state_, bytes.data());
    return model::ValueDigest(bytes);
  }

 private:
  crypto_auth_hmacsha256_state state_{};
};

std::string key_path(const std::string& directory) {
  return directory + "/digest.key";
}

tl::unexpected<Error> failed(const std::string& path, std::string_view verb, int reason) {
  return fail({.what = fmt::format("The key of digests {} cannot be {}", path, verb),
               .why = std::generic_category().message(reason),
               .cure = cure_for(reason)});
}

tl::unexpected<Error> unusable(const std::string& path, std::string why) {
  return fail(
      {.what = fmt::format("The key of digests {} cannot be used", path),
       .why = std::move(why),
       .cure = fmt::format("Remove it: rm '{}'. Another is made by itself; what was recorded with this "
                           "one then counts as unknown, once",
                           path)});
}

/// As many bytes as there are, up to `size`. -1 with errno: it cannot be read.
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

/// True when it was read, false when there is none.
Result<bool> load(const std::string& path, std::span<unsigned char> into) {
  // O_NONBLOCK: a FIFO in its place must not be waited for.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) return false;
  if (!file.is_open()) return failed(path, "read", errno);
  struct stat found{};
  if (fstat(file.get(), &found) != 0) return failed(path, "read", errno);
  if (S_ISDIR(found.st_mode)) return failed(path, "read", EISDIR);
  if (!S_ISREG(found.st_mode)) return unusable(path, "it is no file");
  if (found.st_uid != geteuid()) return unusable(path, "it belongs to another user");
  if ((found.st_mode & 077U) != 0) return unusable(path, "other users may read or write it");
  if (found.st_size != static_cast<off_t>(into.size())) {
    return unusable(path, fmt::format("it has {} bytes, and a key has {}", found.st_size, into.size()));
  }
  const ssize_t got = read_whole(file.get(), into.data(), into.size());
  if (got < 0) return failed(path, "read", errno);
  if (got != static_cast<ssize_t>(into.size())) return unusable(path, "it became shorter while it was read");
  return true;
}

/// The name of a file that is being written, removed at the end: once it is linked it has its own.
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
  const Descriptor& file() const { return file_; }

 private:
  std::string path_;
  Descriptor file_;
};

/// Nobody sees it under its name before all of it is on the disk, and the first to give it that name wins.
Result<void> make(const std::string& directory, const std::string& path,
                  std::span<const unsigned char> bytes) {
  if (auto made = make_directory(directory); !made) return made;
  const Scratch scratch(path);
  const int file = scratch.file().get();
  if (!scratch.file().is_open()) return failed(path, "made", errno);
  // The umask may have taken even the owner's rights.
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (fchmod(file, 0600) != 0 || !write_all(file, text)) return failed(path, "made", errno);
  if (link(scratch.path().c_str(), path.c_str()) != 0 && errno != EEXIST) return failed(path, "made", errno);
  const Descriptor folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) fsync(folder.get());
  return {};
}

void begin_library() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium finds no randomness");
}

}  // namespace

Result<DigestKey> DigestKey::open(const std::string& directory) {
  const std::string path = key_path(directory);
  // It may be removed between being made and being loaded; not again and again.
  for (int tries = 0; tries < 3; ++tries) {
    auto found = find(directory);
    if (!found) return fail(std::move(found.error()));
    if (*found) return std::move(**found);
    Key fresh;
    randombytes_buf(fresh.bytes.data(), fresh.bytes.size());
    if (auto made = make(directory, path, fresh.bytes); !made) return fail(std::move(made.error()));
  }
  return failed(path, "made", ENOENT);
}

Result<std::optional<DigestKey>> DigestKey::find(const std::string& directory) {
  begin_library();
  auto key = std::make_shared<Key>();
  return load(key_path(directory), key->bytes).map([&](bool found) -> std::optional<DigestKey> {
    if (!found) return std::nullopt;
    return DigestKey(std::move(key));
  });
}

model::ValueDigest DigestKey::digest(model::ValueKind kind, std::string_view name,
                                     std::string_view value) const {
  // The lengths tell where the name ends, whatever bytes it has; the value is what remains.
  const std::string frame = fmt::format("{}\n{}\n{}\n", value_domain, word(kind), name.size());
  return Hmac(key_->bytes).add(frame).add(name).add(value).finish();
}

model::DigestValue DigestKey::function() const {
  return [key = *this](model::ValueKind kind, std::string_view name, std::string_view value) {
    return key.digest(kind, name, value);
  };
}

std::string DigestKey::id() const {
  return Hmac(key_->bytes).add(key_domain).finish().hex().substr(0, 16);
}

}  // namespace envlink::journal
