#pragma once
// One apply at a time per workspace and machine. The kernel releases the lock when its holder dies; the file
// says who holds it.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace envlink::journal {

class Lock final {
 public:
  /// Never waits. Fails with ErrorKind::held and a message that names the holder: who, since when, which
  /// process, which run. Whoever wants to wait tries again for as long as the kind is `held`.
  static Result<Lock> take(const std::string& directory, const std::string& workspace_id, Time now);
  Lock(Lock&&) noexcept;
  Lock& operator=(Lock&&) noexcept;
  ~Lock();

  /// From now on the lock tells others which run it is held for. When that fails it is held as before.
  Result<void> name_run(std::int64_t run);

 private:
  Lock(int descriptor, std::string path, Time since);
  int descriptor_ = -1;
  std::string path_;
  Time since_;
};

}  // namespace envlink::journal
