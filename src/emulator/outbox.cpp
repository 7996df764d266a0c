#include "emulator/outbox.h"

#include <algorithm>
#include <utility>

namespace envlink::emulator {
namespace {

constexpr std::size_t most_late = 1000;
constexpr const char* cut_by_fault = "connection reset (a fault of the emulator's file)";

/// The first `most` of `items`, which lose them.
std::vector<Delivery> take_first(std::vector<Delivery>& items, std::size_t most) {
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(std::min(most, items.size()));
  std::vector<Delivery> taken(std::move_iterator(items.begin()), std::move_iterator(end));
  items.erase(items.begin(), end);
  return taken;
}

}  // namespace

std::vector<Delivery> Outbox::due(World& world, Faults& faults, Time now, std::size_t most) {
  std::vector<Delivery> out = take_first(copies_, most);
  while (!late_.empty() && late_.front().at <= now && out.size() < most) {
    // Its webhook may have been deleted or disabled meanwhile.
    if (world.is_undelivered(late_.front().delivery.number)) out.push_back(std::move(late_.front().delivery));
    late_.erase(late_.begin());
  }
  for (Delivery& delivery : world.due_deliveries(now, most - out.size())) {
    const std::optional<Fault> fault =
        delivery.attempt == 1 ? faults.next(webhook_method, delivery.type) : std::nullopt;
    if (fault && fault->kind == FaultKind::cut) {
      world.delivered(delivery.number, {.error = cut_by_fault}, now);
      continue;
    }
    if (fault && fault->kind == FaultKind::late) {
      if (late_.size() == most_late) late_.erase(late_.begin());
      const Time at = now + fault->delay;
      late_.insert(std::ranges::upper_bound(late_, at, {}, &Late::at), {at, std::move(delivery)});
      continue;
    }
    if (fault && fault->kind == FaultKind::lose_answer) lost_answers_.insert(delivery.number);
    if (fault && fault->kind == FaultKind::twice) copies_.push_back(delivery);
    out.push_back(std::move(delivery));
  }
  return out;
}

void Outbox::delivered(World& world, std::uint64_t number, DeliveryResult result, Time now) {
  if (lost_answers_.erase(number) != 0) result = {.error = cut_by_fault};
  world.delivered(number, std::move(result), now);
}

std::optional<Time> Outbox::next(const World& world) const {
  if (!world.has_webhooks()) return std::nullopt;
  std::optional<Time> next = copies_.empty() ? world.next_change() : Time{};
  if (!late_.empty() && (!next || late_.front().at < *next)) next = late_.front().at;
  return next;
}

}  // namespace envlink::emulator
