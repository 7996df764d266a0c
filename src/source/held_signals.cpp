#include "source/held_signals.h"

namespace envlink::source {

HeldSignals::HeldSignals(std::initializer_list<int> told, std::initializer_list<int> untold) : told_(told) {
  sigset_t held = told_.signals();
  for (const int signal : untold) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

HeldSignals::~HeldSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void HeldSignals::take() const {
  while (told_.take()) continue;
}

}  // namespace envlink::source
