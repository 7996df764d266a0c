#include "engine/run_loop.h"

#include <algorithm>
#include <utility>

namespace envlink::engine {

namespace {

/// The sharing as it applies to this activity.
class Shares {
 public:
  Shares(Activity& activity, Clock& clock, Sharing* sharing)
      : budget_(sharing != nullptr ? activity.limits() : nullptr), clock_(clock), sharing_(sharing) {
    if (budget_ != nullptr) sharing_->begin(*budget_, clock_.now());
  }
  Shares(const Shares&) = delete;
  Shares& operator=(const Shares&) = delete;
  ~Shares() {
    if (budget_ != nullptr) sharing_->finish(*budget_, clock_.now());
  }
  std::optional<Time> settle(Time now) {
    return budget_ != nullptr ? sharing_->settle(*budget_, now) : std::nullopt;
  }

 private:
  Budget* budget_;
  Clock& clock_;
  Sharing* sharing_;
};

void wake_by(std::optional<Time>& until, std::optional<Time> other) {
  if (other) until = std::min(until.value_or(*other), *other);
}

}  // namespace

bool run(Activity& activity, Clock& clock, Transport& transport, Recorder& recorder, Observer& observer,
         Sharing* sharing) {
  Shares shares(activity, clock, sharing);
  int interrupts = 0;
  while (true) {
    const Time now = clock.now();
    Step step = activity.step(now);
    recorder.keep(step.undo);
    recorder.record(step.events);
    for (const Event& event : step.events) observer.notice(event);
    if (activity.finished()) {
      observer.repaint(now);
      return true;
    }
    const std::optional<Time> settle_by = shares.settle(now);
    // Recording and settling may have taken long.
    const std::optional<Time> keep_by = recorder.keep_right(clock.now());
    for (const Call& call : step.calls) transport.send(call);
    std::optional<Time> until = observer.repaint(now);
    wake_by(until, step.wake);
    wake_by(until, keep_by);
    wake_by(until, settle_by);
    Arrivals arrivals = transport.wait(until);
    const Time then = clock.now();
    for (Reply& reply : arrivals.replies) activity.receive(then, std::move(reply));
    interrupts += arrivals.interrupts;
    if (interrupts > 1) return false;
    if (arrivals.interrupts > 0) activity.interrupt(then);
  }
}

}  // namespace envlink::engine
