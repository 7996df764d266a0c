#include "http/interrupts.h"

namespace envlink::http {

Interrupts::Interrupts() {
  pthread_sigmask(SIG_BLOCK, &signals_.signals(), &before_);
}

Interrupts::~Interrupts() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int Interrupts::take() {
  int count = 0;
  while (const auto signal = signals_.take()) {
    // A closed terminal sends SIGHUP more than once: from the kernel and from the shell.
    const bool again = *signal == SIGHUP && std::signal(SIGHUP, SIG_IGN) == SIG_IGN;
    if (!again) ++count;
  }
  return count;
}

}  // namespace envlink::http
