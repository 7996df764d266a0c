#pragma once
// The one loop that connects an activity, the clock, the transport, the journal and the observer.

#include "engine/ports.h"

namespace envlink::engine {

/// Runs an activity to its end. False: a second interrupt asked to leave at once. `sharing`: nullptr if no
/// other process counts its requests together with this one's.
bool run(Activity& activity, Clock& clock, Transport& transport, Recorder& recorder, Observer& observer,
         Sharing* sharing = nullptr);

}  // namespace envlink::engine
