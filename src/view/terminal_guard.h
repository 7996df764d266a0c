#pragma once
// Signals that end or stop the program while it paints: the terminal is left whole all the same.

#include <csignal>

namespace envlink::view {

/// One at a time. SIGINT and SIGTERM are not its concern: they arrive as news and are waited for.
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
  static constexpr int caught[] = {SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
  struct sigaction before_[4] = {};
};

}  // namespace envlink::view
