#pragma once
// Holds signals back while something is cleaned up. They are blocked in the thread that created the object,
// and delivered when it is destroyed: no handler is installed and no signal is lost.

#include <csignal>
#include <initializer_list>

#include "signals/signal_descriptor.h"

namespace envlink::source {

/// Signals that ask a program to end.
inline constexpr std::initializer_list<int> signals_to_end = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

class HeldSignals {
 public:
  /// Signals in `told` that the process does not ignore make the descriptor readable; `untold` are only held.
  explicit HeldSignals(std::initializer_list<int> told, std::initializer_list<int> untold = {});
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  int descriptor() const { return told_.get(); }
  /// Discards the signals received so far.
  void take() const;
  /// The signal mask from before.
  const sigset_t& before() const { return before_; }

 private:
  signals::SignalDescriptor told_;
  sigset_t before_{};
};

}  // namespace envlink::source
