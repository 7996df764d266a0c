#include "journal/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "journal/directory.h"
#include "journal/origin.h"
#include "journal/sqlite.h"

namespace envlink::journal {
namespace {

std::string lock_path(const std::string& directory, std::string_view workspace_id) {
  std::string name;
  for (const char c : workspace_id.substr(0, 64)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    if (plain) name += c;
  }
  return fmt::format("{}/lock-{}.json", directory, name);
}

// SQLite writes and reads the few fields: the room needs no other JSON library for them.
sqlite::Database json_engine() {
  return {":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
}

std::string own_label(Time now) {
  const sqlite::Database database = json_engine();
  sqlite::Statement object(
      database, "SELECT json_object('pid', ?, 'user', ?, 'host', ?, 'since', ?, 'program', 'envlink')");
  object.bind(1, std::int64_t{getpid()}).bind(2, user_name()).bind(3, host_name());
  object.bind(4, format_rfc3339(now));
  object.step();
  return object.text(0) + "\n";
}

std::string read_label(int descriptor) {
  std::array<char, 4096> buffer{};
  const ssize_t size = pread(descriptor, buffer.data(), buffer.size(), 0);
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

bool write_label(int descriptor, std::string_view label) {
  return ftruncate(descriptor, 0) == 0 &&
         pwrite(descriptor, label.data(), label.size(), 0) == static_cast<ssize_t>(label.size());
}

Error held(const std::string& workspace_id, std::string_view label) {
  Error error{.kind = ErrorKind::held,
              .what = fmt::format("Another run works on the workspace {}", clean(workspace_id)),
              .why = "its lock does not say whose it is",
              .cure = "Wait until it has ended",
              .request_id = {}};
  try {
    const sqlite::Database database = json_engine();
    sqlite::Statement fields(
        database, "SELECT ?1 ->> 'user', ?1 ->> 'host', ?1 ->> 'since', ?1 ->> 'pid' WHERE json_valid(?1)");
    fields.bind(1, label);
    if (!fields.step() || fields.integer(3) <= 0) return error;
    error.why = fmt::format("it was started by {} on {} at {} and is process {}", clean(fields.text(0), 64),
                            clean(fields.text(1), 64), clean(fields.text(2), 64), fields.integer(3));
    error.cure = "Wait until it has ended, or interrupt it with Ctrl-C where it runs";
  } catch (const sqlite::Failure&) {
    // The label is for people; that the lock is held is certain without it.
  }
  return error;
}

Error unusable(const std::string& path, int reason) {
  return {.kind = ErrorKind::general,
          .what = fmt::format("The lock {} cannot be taken", path),
          .why = std::generic_category().message(reason),
          .cure = "Make the file and its folder writable for you",
          .request_id = {}};
}

}  // namespace

Lock::Lock(int descriptor) : descriptor_(descriptor) {}
Lock::Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
Lock& Lock::operator=(Lock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}
Lock::~Lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<Lock> Lock::take(const std::string& directory, const std::string& workspace_id, Time now) {
  if (auto made = make_directory(directory); !made) return fail(std::move(made.error()));
  const std::string path = lock_path(directory, workspace_id);
  Lock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.descriptor_ < 0) return fail(unusable(path, errno));
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(held(workspace_id, read_label(lock.descriptor_)));
    return fail(unusable(path, errno));
  }
  if (!write_label(lock.descriptor_, own_label(now))) return fail(unusable(path, errno));
  return lock;
}

}  // namespace envlink::journal
