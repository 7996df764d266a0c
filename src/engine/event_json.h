#pragma once
// Events as JSON: the same object in the journal, in `-o jsonl`, in a report and in a rehearsal.
// schema/events.schema.json documents it.

#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/event.h"
#include "json/writer.h"

namespace envlink::engine {

/// Writes `event` (the kind), `at` and the fields of the kind.
void fields(json::Writer& out, const Event& event);

/// One line, as stored in the journal.
std::string to_json(const Event& event);

/// `plan` is the run's. An event written by 0.1.0 takes from it what the event lacks; null: that stays
/// unknown.
Result<Event> event_from_json(std::string_view text, const plan::Plan* plan = nullptr);

/// Whether 0.1.0 wrote the event.
bool is_of_0_1_0(std::string_view text);

/// The kind of an event that a newer envlink wrote; empty: the kind is known, or this is not an event.
std::string unknown_kind(std::string_view text);

}  // namespace envlink::engine
