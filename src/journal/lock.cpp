#include "journal/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "journal/sqlite.h"
#include "state/directory.h"
#include "state/names.h"

namespace envlink::journal {
namespace {

std::string lock_path(const std::string& directory, std::string_view workspace_id) {
  std::string name;
  for (const char c : workspace_id.substr(0, 64)) {
    if (is_alphanumeric(c) || c == '-') name += c;
  }
  return fmt::format("{}/lock-{}.json", directory, name);
}

// SQLite reads and writes these few JSON fields, so that no other library is needed.
sqlite::Database json_engine() {
  return {":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
}

std::string own_label(Time since, std::int64_t run) {
  const sqlite::Database database = json_engine();
  // json_patch drops NULL fields.
  sqlite::Statement object(
      database,
      "SELECT json_patch('{}', json_object('pid', ?1, 'user', ?2, 'host', ?3, 'since', ?4, "
      "'program', 'envlink', 'run', ?5))",
      std::int64_t{getpid()}, state::user_name(), state::host_name(), format_rfc3339(since),
      run > 0 ? std::optional(run) : std::nullopt);
  object.step();
  return object.text(0) + "\n";
}

/// The last complete line. A line being written has no end yet, and the one before it still applies.
std::string read_label(int descriptor) {
  std::array<char, 4096> buffer{};
  const off_t length = lseek(descriptor, 0, SEEK_END);
  const off_t from = std::max<off_t>(0, length - static_cast<off_t>(buffer.size()));
  const ssize_t size = pread(descriptor, buffer.data(), buffer.size(), from);
  const std::string_view tail(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(0, size)));
  const std::size_t end = tail.rfind('\n');
  if (end == std::string_view::npos || end == 0) return {};
  const std::size_t before = tail.rfind('\n', end - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return std::string(tail.substr(begin, end - begin));
}

/// Lines are appended and never changed, so that no process reads half of one. 0, or the errno.
int add_label(int descriptor, std::string_view label) {
  const off_t length = lseek(descriptor, 0, SEEK_END);
  const ssize_t written = pwrite(descriptor, label.data(), label.size(), length);
  if (written == static_cast<ssize_t>(label.size())) return 0;
  const int reason = written < 0 ? errno : ENOSPC;
  // Remove a partial line, which would corrupt the next one. If that fails too, the lock just says less.
  if (ftruncate(descriptor, length) != 0) return errno;
  return reason;
}

bool has_ended(std::int64_t pid, std::string_view host) {
  return host == state::host_name() && pid <= std::numeric_limits<pid_t>::max() &&
         ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

Error held(const std::string& workspace_id, const std::string& path, std::string_view label) {
  Error error{.kind = ErrorKind::held,
              .what = fmt::format("Another run is in progress in the workspace {}", clean(workspace_id)),
              .why = "its lock does not say who holds it",
              .cure = "Wait until it ends"};
  try {
    const sqlite::Database database = json_engine();
    sqlite::Statement fields(database,
                             "SELECT ?1 ->> 'user', ?1 ->> 'host', ?1 ->> 'since', ?1 ->> 'pid', ?1 ->> "
                             "'run' WHERE json_valid(?1)",
                             label);
    if (!fields.step() || fields.integer(3) <= 0) return error;
    const std::int64_t pid = fields.integer(3);
    const std::string started = fmt::format("was started by {} on {} at {}", clean(fields.text(0), 64),
                                            clean(fields.text(1), 64), clean(fields.text(2), 64));
    if (has_ended(pid, fields.text(1))) {
      error.why = fmt::format("its lock names process {}, which {} and has ended", pid, started);
      error.cure = fmt::format(
          "Try again. If that does not help, a program that it started still holds the "
          "lock. Find it with: lsof '{}'",
          path);
      return error;
    }
    const std::int64_t run = fields.integer(4);
    error.why = run > 0 ? fmt::format("it {} (process {}, run {})", started, pid, run)
                        : fmt::format("it {} (process {})", started, pid);
    error.cure = "Wait until it ends, or stop it with Ctrl-C in its terminal";
  } catch (const sqlite::Failure&) {
    // The label is only information: the lock is held whatever it says.
  }
  return error;
}

Error unusable(std::string what, int reason) {
  return {.what = std::move(what),
          .why = std::generic_category().message(reason),
          .cure = state::cure_for(reason)};
}

class FileLock final : public run::Lock {
 public:
  FileLock(int descriptor, std::string path, Time since)
      : descriptor_(descriptor), path_(std::move(path)), since_(since) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() override { close(descriptor_); }

  Result<void> name_run(std::int64_t run) override {
    const int reason = add_label(descriptor_, own_label(since_, run));
    if (reason == 0) return {};
    return fail(unusable(fmt::format("The lock {} cannot store its run {}", path_, run), reason));
  }

 private:
  int descriptor_;
  std::string path_;
  Time since_;
};

}  // namespace

Result<std::unique_ptr<run::Lock>> take_lock(const std::string& directory, const std::string& workspace_id,
                                             Time now) {
  if (auto made = state::make_directory(directory); !made) return fail(std::move(made.error()));
  const std::string path = lock_path(directory, workspace_id);
  const auto failed = [&path](int reason) {
    return fail(unusable(fmt::format("The lock {} cannot be taken", path), reason));
  };
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return failed(errno);
  auto lock = std::make_unique<FileLock>(file, path, now);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(held(workspace_id, path, read_label(file)));
    return failed(errno);
  }
  if (ftruncate(file, 0) != 0) return failed(errno);
  if (const int reason = add_label(file, own_label(now, 0)); reason != 0) return failed(reason);
  return lock;
}

}  // namespace envlink::journal
