#pragma once
// Bytes to a descriptor whose reader may be slow or gone, and a terminal that is left whole when a signal
// ends or stops the program.

#include <csignal>
#include <functional>
#include <string_view>

namespace envlink::view {

/// Writes until nobody reads any more; a view that cannot be shown is no reason to stop a rollout.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// `no_more`, asked where a signal came in between: what is left is not worth writing.
  void write(std::string_view bytes, const std::function<bool()>& no_more = {}) noexcept;
  /// False while the terminal is stopped (Ctrl-S).
  bool ready() const noexcept;
  int descriptor() const { return descriptor_; }

 private:
  int wait(int milliseconds) const noexcept;

  int descriptor_;
  bool broken_ = false;
};

/// Catches the signals that end or stop the program while it paints. One at a time. SIGINT, SIGTERM and
/// SIGHUP are not its concern: they arrive as news and are waited for.
class TerminalGuard {
 public:
  explicit TerminalGuard(int descriptor);
  ~TerminalGuard();
  TerminalGuard(const TerminalGuard&) = delete;
  TerminalGuard& operator=(const TerminalGuard&) = delete;

  /// While bytes of a block are on their way.
  void painting(bool now) noexcept;
  /// True when the program was stopped and goes on again; false from then on until the next time.
  bool continued() noexcept;
  /// The same without forgetting it.
  bool has_continued() const noexcept;

 private:
  static constexpr int caught[] = {SIGQUIT, SIGTSTP, SIGCONT};
  struct sigaction before_[3] = {};
};

}  // namespace envlink::view
