#include "view/terminal_output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "view/live_region.h"

namespace envlink::view {
namespace {

volatile std::sig_atomic_t terminal = -1;
volatile std::sig_atomic_t amid_a_block = 0;
volatile std::sig_atomic_t went_on = 0;

void catch_signal(int number) noexcept;

void set_handler(int number, void (*handler)(int), struct sigaction* before = nullptr) noexcept {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, before);
}

/// The default action, as without a handler.
void take_effect(int number) noexcept {
  set_handler(number, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  raise(number);
  sigprocmask(SIG_UNBLOCK, &one, nullptr);  // ends or stops the program here
}

void catch_signal(int number) noexcept {
  const int error = errno;
  if (number == SIGCONT) {
    went_on = 1;
  } else {
    // Only if it does not block: after Ctrl-S it would.
    pollfd writable{terminal, POLLOUT, 0};
    if (amid_a_block != 0 && poll(&writable, 1, 0) == 1) {
      [[maybe_unused]] const auto written = write(terminal, whole_again, sizeof whole_again - 1);
    }
    take_effect(number);
    set_handler(number, catch_signal);
  }
  errno = error;
}

}  // namespace

void Output::write(std::string_view bytes, const std::function<bool()>& no_more) noexcept {
  while (!broken_ && !bytes.empty()) {
    if (no_more && no_more()) return;
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait(-1);
    } else {
      broken_ = errno != EINTR;
    }
  }
}

bool Output::ready() const noexcept {
  return wait(0) != 0;
}

int Output::wait(int milliseconds) const noexcept {
  pollfd writable{descriptor_, POLLOUT, 0};
  return ::poll(&writable, 1, milliseconds);
}

TerminalGuard::TerminalGuard(int descriptor) {
  terminal = descriptor;
  amid_a_block = 0;
  went_on = 0;
  for (std::size_t i = 0; i < std::size(caught); ++i) {
    set_handler(caught[i], catch_signal, &before_[i]);
    // Signals that were ignored stay ignored (nohup).
    if (before_[i].sa_handler != SIG_DFL) sigaction(caught[i], &before_[i], nullptr);
  }
}

TerminalGuard::~TerminalGuard() {
  for (std::size_t i = 0; i < std::size(caught); ++i) sigaction(caught[i], &before_[i], nullptr);
}

void TerminalGuard::painting(bool now) noexcept {
  amid_a_block = now ? 1 : 0;
}

bool TerminalGuard::continued() noexcept {
  const bool so = went_on != 0;
  went_on = 0;
  return so;
}

bool TerminalGuard::has_continued() const noexcept {
  return went_on != 0;
}

}  // namespace envlink::view
