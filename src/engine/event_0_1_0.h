#pragma once
// The shape that events had in the journals of 0.1.0: one struct for every kind, whose `number` and `text`
// meant what the kind said. Read, never written.

#include "engine/event.h"
#include "json/document.h"

namespace envlink::engine {

bool is_of_0_1_0(const json::Value& event);

/// `plan` is the run's: it knows the names. May be null.
json::Read<Event> event_of_0_1_0(const json::Value& event, const plan::Plan* plan);

}  // namespace envlink::engine
