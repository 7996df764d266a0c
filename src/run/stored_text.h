#pragma once
// Runs as a store keeps them: plans, events and histories as text, with what to say of texts that this
// envlink cannot read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/event.h"
#include "run/store.h"

namespace envlink::run {

/// A text in a store that cannot be read. `newer`: the kind of data that only a newer envlink knows.
struct Unreadable {
  std::string why{};
  bool newer = false;
};
template <class T>
using Readable = tl::expected<T, Unreadable>;

Result<plan::Plan> plan_from_text(std::int64_t run, std::string_view text);

/// `plan`: of the run, if it is kept. Only events of 0.1.0 need it.
Readable<std::vector<engine::Event>> events_from_text(const std::vector<std::string>& bodies,
                                                      const plan::Plan* plan);

/// "12:48 13:5": 48 events of run 12 are included.
std::string text_of(const std::vector<EventCount>& counts);
/// `history`: the output of plan::to_json; `taken`: of text_of.
Readable<KeptHistory> history_from_text(std::string_view history, std::string_view taken,
                                        std::int64_t revision);

}  // namespace envlink::run
