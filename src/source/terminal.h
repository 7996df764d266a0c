#pragma once
// A terminal that does not show what is typed, and shows it again at the end.

#include <termios.h>

#include <memory>
#include <string_view>

#include "base/error.h"
#include "source/held_signals.h"
#include "source/open_file.h"
#include "source/wiped.h"

namespace envlink::source {

/// While one lives, SIGINT, SIGTERM, SIGHUP and SIGQUIT are held: `ask` fails, and they are delivered once
/// the terminal is as it was before. Ctrl-Z takes effect then as well.
class QuietTerminal {
 public:
  /// That of the process; fails where it has none.
  static Result<std::unique_ptr<QuietTerminal>> open();
  ~QuietTerminal();
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  /// One line without its line break. Fails where the input ends before it, where it may have been cut
  /// because a terminal passes on no more at once, and with ErrorKind::interrupted.
  Result<Wiped> ask(std::string_view question);

 private:
  explicit QuietTerminal(OpenFile terminal);

  HeldSignals stops_;
  OpenFile terminal_;
  termios before_{};
  bool quiet_ = false;
};

}  // namespace envlink::source
