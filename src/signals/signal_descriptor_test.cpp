#include "signals/signal_descriptor.h"

#include <doctest/doctest.h>
#include <poll.h>

namespace envlink::signals {
namespace {

bool is_readable(const SignalDescriptor& told) {
  pollfd wait{.fd = told.get(), .events = POLLIN, .revents = 0};
  return poll(&wait, 1, 0) == 1;
}

/// Blocks the signals of a descriptor in this thread.
class Blocked {
 public:
  explicit Blocked(const SignalDescriptor& told) { pthread_sigmask(SIG_BLOCK, &told.signals(), &before_); }
  ~Blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

 private:
  sigset_t before_{};
};

TEST_CASE("a signal makes the descriptor readable until it is taken") {
  const SignalDescriptor told({SIGUSR1, SIGUSR2});
  const Blocked blocked(told);
  CHECK_FALSE(is_readable(told));
  CHECK_FALSE(told.take());
  raise(SIGUSR2);
  CHECK(is_readable(told));
  CHECK(told.take() == SIGUSR2);
  CHECK_FALSE(is_readable(told));
  CHECK_FALSE(told.take());
}

TEST_CASE("each of several signals is taken once") {
  const SignalDescriptor told({SIGUSR1, SIGUSR2});
  const Blocked blocked(told);
  raise(SIGUSR1);
  raise(SIGUSR2);
  const auto first = told.take();
  const auto second = told.take();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first + *second == SIGUSR1 + SIGUSR2);
  CHECK_FALSE(told.take());
}

TEST_CASE("a signal that another descriptor took is not taken again") {
  const SignalDescriptor outer({SIGUSR1});
  const Blocked blocked(outer);
  const SignalDescriptor inner({SIGUSR1});
  raise(SIGUSR1);
  CHECK(inner.take() == SIGUSR1);
  CHECK_FALSE(outer.take());
}

TEST_CASE("a signal that the process ignores is left out") {
  const auto before = std::signal(SIGUSR1, SIG_IGN);
  const SignalDescriptor told({SIGUSR1, SIGUSR2});
  std::signal(SIGUSR1, before);
  CHECK(sigismember(&told.signals(), SIGUSR1) == 0);
  CHECK(sigismember(&told.signals(), SIGUSR2) == 1);
}

}  // namespace
}  // namespace envlink::signals
