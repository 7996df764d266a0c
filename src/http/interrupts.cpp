#include "http/interrupts.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace envlink::http {

Interrupts::Interrupts() {
  sigset_t caught;
  sigemptyset(&caught);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // The kernel queues a blocked signal even if it is ignored (nohup, a background job).
    struct sigaction action{};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&caught, signal);
  }
  descriptor_ = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  pthread_sigmask(SIG_BLOCK, &caught, &before_);
}

Interrupts::~Interrupts() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  close(descriptor_);
}

int Interrupts::take() {
  int count = 0;
  signalfd_siginfo info{};
  while (read(descriptor_, &info, sizeof info) == sizeof info) {
    // A closed terminal sends SIGHUP more than once: from the kernel and from the shell.
    const bool again = info.ssi_signo == SIGHUP && std::signal(SIGHUP, SIG_IGN) == SIG_IGN;
    if (!again) ++count;
  }
  return count;
}

}  // namespace envlink::http
