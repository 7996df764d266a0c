#pragma once
// The one loop that joins an activity, the clock, the wire, the journal and whoever watches.

#include "engine/ports.h"

namespace envlink::engine {

/// Runs an activity to its end. Returns false when a second interrupt asked to leave at once.
bool run(Activity& activity, Clock& clock, Transport& transport, Recorder& recorder, Observer& observer);

}  // namespace envlink::engine
