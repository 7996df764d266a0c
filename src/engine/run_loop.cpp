#include "engine/run_loop.h"

#include <algorithm>
#include <utility>

namespace envlink::engine {

bool run(Activity& activity, Clock& clock, Transport& transport, Recorder& recorder, Observer& observer) {
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
    for (const Call& call : step.calls) transport.send(call);
    std::optional<Time> until = observer.repaint(now);
    if (step.wake) until = std::min(until.value_or(*step.wake), *step.wake);
    Arrivals arrivals = transport.wait(until);
    const Time then = clock.now();
    for (Reply& reply : arrivals.replies) activity.receive(then, std::move(reply));
    interrupts += arrivals.interrupts;
    if (interrupts > 1) return false;
    if (arrivals.interrupts > 0) activity.interrupt(then);
  }
}

}  // namespace envlink::engine
