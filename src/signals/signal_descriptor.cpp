#include "signals/signal_descriptor.h"

#ifdef __APPLE__
#include <sys/event.h>
#else
#include <sys/signalfd.h>
#endif
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace envlink::signals {
namespace {

/// The kernel queues a blocked signal even if it is ignored (nohup, a background job).
sigset_t without_ignored(std::initializer_list<int> signals) {
  sigset_t kept;
  sigemptyset(&kept);
  for (const int signal : signals) {
    struct sigaction action{};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&kept, signal);
  }
  return kept;
}

}  // namespace

#ifdef __APPLE__

SignalDescriptor::SignalDescriptor(std::initializer_list<int> signals)
    : signals_(without_ignored(signals)), descriptor_(kqueue()) {
  const auto stop = [&] {
    const int reason = errno;
    close(descriptor_);
    throw std::system_error(reason, std::generic_category(), "kqueue");
  };
  // A child does not inherit it.
  if (descriptor_ < 0) stop();
  for (const int signal : signals) {
    if (sigismember(&signals_, signal) != 1) continue;
    struct kevent add{};
    EV_SET(&add, static_cast<uintptr_t>(signal), EVFILT_SIGNAL, EV_ADD, 0, 0, nullptr);
    if (kevent(descriptor_, &add, 1, nullptr, 0, nullptr) != 0) stop();
  }
}

/// The queue only tells of a signal, which stays pending. The queue is emptied first: a signal that arrives
/// in between is announced once more than needed, and never missed.
std::optional<int> SignalDescriptor::take() const {
  struct kevent told{};
  const timespec at_once{};
  while (kevent(descriptor_, nullptr, 0, &told, 1, &at_once) > 0) continue;
  sigset_t pending;
  sigpending(&pending);
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&pending, signal) != 1 || sigismember(&signals_, signal) != 1) continue;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    int taken = 0;
    if (sigwait(&one, &taken) == 0) return taken;
  }
  return std::nullopt;
}

#else

SignalDescriptor::SignalDescriptor(std::initializer_list<int> signals)
    : signals_(without_ignored(signals)), descriptor_(signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

std::optional<int> SignalDescriptor::take() const {
  signalfd_siginfo info{};
  if (read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

#endif

SignalDescriptor::~SignalDescriptor() {
  close(descriptor_);
}

}  // namespace envlink::signals
