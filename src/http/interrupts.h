#pragma once
// SIGINT, SIGTERM and SIGHUP as a descriptor to poll, so that Ctrl-C is one more arrival in the wait. While
// an object lives they are blocked in the thread that made it; one that the process ignores stays ignored.

#include <csignal>

namespace envlink::http {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int descriptor() const { return descriptor_; }
  /// How many came since the last call. Does not wait.
  int take();

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

}  // namespace envlink::http
