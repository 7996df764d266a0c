#pragma once
// Events as one line of JSON each: what the journal stores. Fields that are unset are left out.

#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/event.h"

namespace envlink::engine {

std::string to_json(const Event& event);
Result<Event> event_from_json(std::string_view text);

}  // namespace envlink::engine
