#pragma once
// Which events are sent to which webhooks, and when. Pure: somebody else sends them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/world_state.h"

namespace envlink::emulator {

/// "whsec_…", as users see it.
std::string secret_of(const Webhook& webhook);
/// For the first webhook: what has happened until now is not sent.
void begin_to_announce(WorldState& world);
/// Prepares the deliveries of events that have happened since the last call.
void announce_events(WorldState& world);
/// At most `most` deliveries to send at `now`; each is in progress until delivered() is called.
std::vector<Delivery> due_deliveries(WorldState& world, Time now, std::size_t most);
/// A delivery without success is due again later. After the last attempt, the webhook is disabled.
void delivered(WorldState& world, std::uint64_t number, DeliveryResult result, Time now);
/// What a disabled or deleted webhook has not received is not sent.
void drop_deliveries(WorldState& world, std::size_t webhook);
/// When the next delivery is due.
std::optional<Time> next_delivery(const WorldState& world);

}  // namespace envlink::emulator
