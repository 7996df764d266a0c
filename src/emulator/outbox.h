#pragma once
// Deliveries to webhooks on their way, with faults. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/time.h"
#include "emulator/faults.h"
#include "emulator/world.h"

namespace envlink::emulator {

class Outbox {
 public:
  /// At most `most` deliveries to send now. Call delivered() for each.
  std::vector<Delivery> due(World& world, Faults& faults, Time now, std::size_t most);
  void delivered(World& world, std::uint64_t number, DeliveryResult result, Time now);
  /// When due() may have something; unset: the workspace has no webhook, or nothing is in progress.
  std::optional<Time> next(const World& world) const;

 private:
  struct Late {
    Time at;
    Delivery delivery;
  };
  std::vector<Late> late_;                // in order of arrival
  std::vector<Delivery> copies_;          // to send now
  std::set<std::uint64_t> lost_answers_;  // of these deliveries
};

}  // namespace envlink::emulator
