#pragma once
// Reads events from journals of 0.1.0, which used one struct for every kind: the meaning of `number` and
// `text` depended on the kind. Never written.

#include "engine/event.h"
#include "json/document.h"

namespace envlink::engine {

bool is_of_0_1_0(const json::Value& event);

/// `plan` is the run's and has the names. May be null.
json::Read<Event> event_of_0_1_0(const json::Value& event, const plan::Plan* plan);

}  // namespace envlink::engine
