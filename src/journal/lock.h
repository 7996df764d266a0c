#pragma once
// One apply at a time per workspace and machine. The kernel releases the lock when its holder dies; the file
// says who holds it.

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace envlink::journal {

class Lock final {
 public:
  /// Fails with ErrorKind::held and a message that names the holder: who, since when, which process.
  static Result<Lock> take(const std::string& directory, const std::string& workspace_id, Time now);
  Lock(Lock&&) noexcept;
  Lock& operator=(Lock&&) noexcept;
  ~Lock();

 private:
  explicit Lock(int descriptor);
  int descriptor_ = -1;
};

}  // namespace envlink::journal
