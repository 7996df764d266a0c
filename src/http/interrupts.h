#pragma once
// SIGINT, SIGTERM and SIGHUP as a descriptor to poll, so that the wait also handles Ctrl-C. While the object
// exists they are blocked in the thread that created it; ignored ones stay ignored.

#include <csignal>

#include "signals/signal_descriptor.h"

namespace envlink::http {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int descriptor() const { return signals_.get(); }
  /// How many arrived since the last call. Does not wait.
  int take();

 private:
  signals::SignalDescriptor signals_{SIGINT, SIGTERM, SIGHUP};
  sigset_t before_{};
};

}  // namespace envlink::http
