#include "journal/trouble.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace envlink::journal {
namespace {

bool is_want_of_room(int reason) {
  return reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
}

std::string reason_of(const sqlite::Failure& failure) {
  if (failure.system() == 0) return clean(failure.what());
  return clean(fmt::format("{}: {}", failure.what(), std::generic_category().message(failure.system())));
}

}  // namespace

Error trouble(std::string what, std::string why, std::string cure) {
  return {.kind = ErrorKind::general,
          .what = std::move(what),
          .why = std::move(why),
          .cure = std::move(cure),
          .request_id = {}};
}

Error damaged(const std::string& path, std::string_view why) {
  return trouble(fmt::format("The journal {} is damaged", path), clean(why),
                 fmt::format("Move it aside: mv '{0}' '{0}.damaged'. A new one is begun by itself; what the "
                             "old one tells of unfinished runs is lost",
                             path));
}

Error too_new(std::string what, std::string why) {
  return trouble(std::move(what), std::move(why), "Use the newest envlink on this machine");
}

std::string cure_for(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "Make room for it (disk, quota, ulimit -f), then try again";
    case ENOTDIR:
      return "A file stands where a folder is needed: move it aside, or set XDG_STATE_HOME to another folder";
    case EISDIR:
      return "A folder stands in its place: move it aside, or set XDG_STATE_HOME to another folder";
    case ELOOP:
      return "A symbolic link stands in its place: remove it";
    case EROFS:
      return "Set XDG_STATE_HOME to a folder that can be written";
    case ENOLCK:
    case EOPNOTSUPP:
      return "Set XDG_STATE_HOME to a folder on a disk of this machine";
    default:
      return "Make it and its folder writable for you, or set XDG_STATE_HOME to a folder that is";
  }
}

Error explain(const std::string& path, const sqlite::Failure& failure) {
  switch (failure.code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, failure.what());
    case SQLITE_FULL:
      return trouble(fmt::format("The journal {} cannot be written", path), "the disk is full",
                     cure_for(ENOSPC));
    case SQLITE_BUSY:
      return trouble(fmt::format("The journal {} is in use", path), "another process keeps it locked",
                     "Try again when that process has ended");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return trouble(fmt::format("The journal {} cannot be written", path), reason_of(failure),
                     cure_for(failure.system()));
    case SQLITE_IOERR:
      if (is_want_of_room(failure.system())) {
        return trouble(fmt::format("The journal {} cannot be written", path), reason_of(failure),
                       cure_for(failure.system()));
      }
      [[fallthrough]];
    default:
      return trouble(fmt::format("The journal {} cannot be used", path), reason_of(failure),
                     "Check the disk and the rights of the folder");
  }
}

}  // namespace envlink::journal
