#pragma once
// A terminal with echo switched off, restored at the end.

#include <termios.h>

#include <memory>
#include <string_view>

#include "base/error.h"
#include "source/held_signals.h"
#include "source/open_file.h"
#include "source/wiped.h"

namespace envlink::source {

/// While it exists, SIGINT, SIGTERM, SIGHUP and SIGQUIT are held: `ask` fails, and they are delivered once
/// the terminal is restored. Ctrl-Z takes effect then as well.
class QuietTerminal {
 public:
  /// The process's terminal; fails if it has none.
  static Result<std::unique_ptr<QuietTerminal>> open();
  ~QuietTerminal();
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  /// One line without its line break. Fails if the input ends first, if the terminal may have cut the line
  /// off, and with ErrorKind::interrupted.
  Result<Wiped> ask(std::string_view question);

 private:
  explicit QuietTerminal(OpenFile terminal);

  HeldSignals stops_;
  OpenFile terminal_;
  termios before_{};
  bool quiet_ = false;
};

}  // namespace envlink::source
