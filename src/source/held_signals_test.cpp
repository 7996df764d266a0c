#include "source/held_signals.h"

#include <doctest/doctest.h>

#include "source/child_test.h"

namespace envlink::source {
namespace {

volatile std::sig_atomic_t heard = 0;

bool is_told(const HeldSignals& held) {
  pollfd wait{.fd = held.descriptor(), .events = POLLIN, .revents = 0};
  return poll(&wait, 1, 0) == 1;
}

/// In a child, so that signals do not end the tests.
std::string in_child(const auto& action) {
  return testing::Child([&] {
           heard = 0;
           std::signal(SIGUSR1, [](int) { heard = 1; });
           return std::string(action());
         })
      .told();
}

TEST_CASE("a held signal is reported at once and delivered at the end") {
  CHECK(in_child([] {
          {
            const HeldSignals held({SIGUSR1});
            if (is_told(held)) return "told too early";
            raise(SIGUSR1);
            if (heard != 0) return "delivered too early";
            if (!is_told(held)) return "not told";
          }
          return heard != 0 ? "delivered" : "lost";
        }) == "delivered");
}

TEST_CASE("a held signal in `untold` is not reported") {
  CHECK(in_child([] {
          {
            const HeldSignals held({}, {SIGUSR1});
            raise(SIGUSR1);
            if (heard != 0 || is_told(held)) return "delivered or told";
          }
          return heard != 0 ? "delivered" : "lost";
        }) == "delivered");
}

TEST_CASE("a signal that was taken is not reported again") {
  CHECK(in_child([] {
          {
            const HeldSignals held({SIGUSR1});
            raise(SIGUSR1);
            held.take();
            if (is_told(held)) return "told again";
          }
          return heard != 0 ? "delivered" : "over";
        }) == "over");
}

TEST_CASE("a signal that the process ignores is not reported") {
  CHECK(in_child([] {
          std::signal(SIGUSR1, SIG_IGN);
          const HeldSignals held({SIGUSR1});
          raise(SIGUSR1);
          return is_told(held) ? "told" : "ignored";
        }) == "ignored");
}

}  // namespace
}  // namespace envlink::source
