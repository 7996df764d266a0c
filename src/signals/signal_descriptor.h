#pragma once
// Blocked signals as a descriptor to poll: signalfd on Linux, kqueue on macOS.

#include <csignal>
#include <initializer_list>
#include <optional>

namespace envlink::signals {

class SignalDescriptor {
 public:
  /// For those of `signals` that the process does not ignore. The caller blocks them, after this.
  /// Throws std::system_error.
  explicit SignalDescriptor(std::initializer_list<int> signals);
  ~SignalDescriptor();
  SignalDescriptor(const SignalDescriptor&) = delete;
  SignalDescriptor& operator=(const SignalDescriptor&) = delete;

  const sigset_t& signals() const { return signals_; }
  /// Readable once one of them was received.
  int get() const { return descriptor_; }
  /// Discards a signal that was received, and says which. Does not wait.
  std::optional<int> take() const;

 private:
  sigset_t signals_{};
  int descriptor_ = -1;
};

}  // namespace envlink::signals
