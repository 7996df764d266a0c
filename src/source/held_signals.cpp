#include "source/held_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace envlink::source {

HeldSignals::HeldSignals(std::initializer_list<int> told, std::initializer_list<int> untold) {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : told) {
    // The kernel queues a blocked signal even if it is ignored (nohup).
    struct sigaction action{};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&held, signal);
  }
  descriptor_ = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  for (const int signal : untold) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

HeldSignals::~HeldSignals() {
  close(descriptor_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void HeldSignals::take() const {
  signalfd_siginfo info{};
  while (read(descriptor_, &info, sizeof info) == sizeof info) continue;
}

}  // namespace envlink::source
