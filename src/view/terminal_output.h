#pragma once
// Writes bytes to a descriptor whose reader may be slow or closed, and keeps the terminal clean if a signal
// ends or stops the program.

#include <csignal>
#include <functional>
#include <string_view>

namespace envlink::view {

/// Stops writing when the reader is closed, without an error: output problems must not stop a rollout.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// `no_more` is called after an interrupting signal; true: drop the rest.
  void write(std::string_view bytes, const std::function<bool()>& no_more = {}) noexcept;
  /// False while the terminal is stopped (Ctrl-S).
  bool ready() const noexcept;
  int descriptor() const { return descriptor_; }

 private:
  int wait(int milliseconds) const noexcept;

  int descriptor_;
  bool broken_ = false;
};

/// Handles signals that end or stop the program while it paints. Only one instance may exist. SIGINT,
/// SIGTERM and SIGHUP are handled elsewhere: they arrive as events.
class TerminalGuard {
 public:
  explicit TerminalGuard(int descriptor);
  ~TerminalGuard();
  TerminalGuard(const TerminalGuard&) = delete;
  TerminalGuard& operator=(const TerminalGuard&) = delete;

  /// Set while bytes of a block are being written.
  void painting(bool now) noexcept;
  /// True once after the program was stopped and continued.
  bool continued() noexcept;
  /// The same without resetting it.
  bool has_continued() const noexcept;

 private:
  static constexpr int caught[] = {SIGQUIT, SIGTSTP, SIGCONT};
  struct sigaction before_[3] = {};
};

}  // namespace envlink::view
