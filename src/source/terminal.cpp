#include "source/terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/select.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace envlink::source {
namespace {

// The longest line, with its line break; the system drops the rest.
#ifdef __APPLE__
constexpr std::size_t longest_line = 1024;
#else
constexpr std::size_t longest_line = 4096;
#endif

tl::unexpected<Error> no_terminal(int reason) {
  return fail({.kind = ErrorKind::usage,
               .what = "Cannot ask for the value: there is no terminal",
               .why = std::generic_category().message(reason),
               .cure = "Give the value with --stdin, --from-file or --from-env."});
}

tl::unexpected<Error> interrupted() {
  return fail({.kind = ErrorKind::interrupted, .what = "Interrupted while asking for a value"});
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

QuietTerminal::QuietTerminal(OpenFile terminal)
    : stops_(signals_to_end, {SIGTSTP}), terminal_(std::move(terminal)) {
  if (tcgetattr(terminal_.get(), &before_) != 0) return;
  termios silent = before_;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  silent.c_lflag |= ICANON | ISIG | ECHONL;
  // Discard what was typed before: it was visible, and meant for another program.
  tcflush(terminal_.get(), TCIFLUSH);
  quiet_ = tcsetattr(terminal_.get(), TCSANOW, &silent) == 0;
}

QuietTerminal::~QuietTerminal() {
  if (!quiet_) return;
  // The rest of a pasted secret must not reach the shell. Does not wait for output stopped with Ctrl-S.
  tcflush(terminal_.get(), TCIFLUSH);
  tcsetattr(terminal_.get(), TCSANOW, &before_);
}

Result<std::unique_ptr<QuietTerminal>> QuietTerminal::open() {
  OpenFile terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.is_open()) return no_terminal(errno);
  std::unique_ptr<QuietTerminal> made(new QuietTerminal(std::move(terminal)));
  if (!made->quiet_) return no_terminal(errno);
  return made;
}

Result<Wiped> QuietTerminal::ask(std::string_view question) {
  const auto ended = [&](std::string why) {
    return fail({.what = "No value was typed", .why = std::move(why), .cure = "Try again."});
  };
  if (!write_all(terminal_.get(), question)) return ended(std::generic_category().message(errno));
  Wiped line(longest_line);
  while (!line.text.ends_with('\n')) {
    // macOS cannot poll /dev/tty.
    const int stops = stops_.descriptor();
    const int most = std::max(stops, terminal_.get());
    if (most >= FD_SETSIZE) return no_terminal(EMFILE);
    fd_set waits;
    FD_ZERO(&waits);
    FD_SET(stops, &waits);
    FD_SET(terminal_.get(), &waits);
    if (select(most + 1, &waits, nullptr, nullptr, nullptr) < 0) continue;
    if (FD_ISSET(stops, &waits)) return interrupted();
    const ssize_t count = read_more(terminal_.get(), line);
    if (count > 0) continue;
    const std::string why = count < 0 ? std::generic_category().message(errno) : "the input ended";
    write_all(terminal_.get(), "\n");
    return ended(why);
  }
  line.text.pop_back();
  if (line.text.size() + 1 < longest_line) return line;
  return fail({.what = "The value is too long to be typed at a terminal",
               .why = fmt::format("a terminal delivers at most {} bytes of a line and drops the rest",
                                  longest_line - 1),
               .cure = "Give the value with --stdin or --from-file."});
}

}  // namespace envlink::source
