#pragma once
// Events as JSON: one object, the same in the journal, in the stream of `-o jsonl`, in a report and in a
// rehearsal. schema/events.schema.json documents it.

#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/event.h"
#include "json/writer.h"

namespace envlink::engine {

/// Its members: `event`, which names the kind, `at`, and those of the kind.
void fields(json::Writer& out, const Event& event);

/// One line, as the journal keeps it.
std::string to_json(const Event& event);

/// `plan` is the run's. An event that 0.1.0 wrote takes from it what it did not tell itself; null: that stays
/// unknown.
Result<Event> event_from_json(std::string_view text, const plan::Plan* plan = nullptr);

/// 0.1.0 wrote it.
bool is_of_0_1_0(std::string_view text);

/// The kind of an event that a newer envlink wrote; empty: it has a kind that is known, or is no event.
std::string unknown_kind(std::string_view text);

}  // namespace envlink::engine
