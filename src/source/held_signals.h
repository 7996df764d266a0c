#pragma once
// Signals that wait while something is put back in order. They are blocked in the thread that made the
// object, and are delivered at its end to whoever hears them then: no handler is installed, none is missed.

#include <csignal>
#include <initializer_list>

namespace envlink::source {

/// What a person or the system tells a program to end with.
inline constexpr std::initializer_list<int> signals_to_end = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

class HeldSignals {
 public:
  /// Those of `told` that the process does not ignore make the descriptor readable; `untold` only wait.
  explicit HeldSignals(std::initializer_list<int> told, std::initializer_list<int> untold = {});
  ~HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  int descriptor() const { return descriptor_; }
  /// Those told so far are over, and will not be delivered.
  void take() const;
  /// What was blocked before.
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

}  // namespace envlink::source
