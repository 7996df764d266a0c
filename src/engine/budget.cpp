#include "engine/budget.h"

#include <algorithm>

namespace envlink::engine {
namespace {

// Render floors Reset to whole seconds, so a window may last up to a second longer than it says.
constexpr Duration rounding = std::chrono::seconds(1);
// Two answers that place the end of the window this near to each other speak of the same window.
constexpr Duration same_window = std::chrono::seconds(3);
// A request without an answer may have been counted; after this its window is over.
constexpr Duration still_travelling = std::chrono::seconds(10);
constexpr Duration forget_lost = std::chrono::seconds(75);

}  // namespace

bool Budget::allows(const std::string& bucket, Time now) {
  if (bucket.empty()) return true;
  Window& window = windows_[bucket];
  if (window.blocked_until) {
    if (now < *window.blocked_until) return false;
    window.blocked_until.reset();
  }
  if (!window.known) return window.in_flight == 0;
  if (window.resets && now >= *window.resets) {
    window.told = window.limit;
    window.resets.reset();
  }
  if (!window.resets && window.unseen > 0 && now >= window.lost_at + forget_lost) window.unseen = 0;
  return window.left() > 0;
}

std::optional<Time> Budget::opens(const std::string& bucket) const {
  const auto found = windows_.find(bucket);
  if (found == windows_.end()) return std::nullopt;
  const Window& window = found->second;
  if (window.blocked_until) return window.blocked_until;
  // A window that is full only of requests under way opens when one of them is answered, if that is sooner.
  if (!window.known || window.left() > 0) return std::nullopt;
  if (!window.resets && window.unseen > 0) return window.lost_at + forget_lost;
  return window.resets;
}

void Budget::sent(const std::string& bucket) {
  if (!bucket.empty()) ++windows_[bucket].in_flight;
}

void Budget::answered(const std::string& bucket, Time now, const std::optional<api::RateLimit>& told) {
  if (bucket.empty()) return;
  if (!told) return lost(bucket, now);
  Window& window = windows_[bucket];
  --window.in_flight;
  const Time resets = now + told->reset + rounding;
  const bool older = window.resets && resets < *window.resets - same_window;
  if (older) return;
  const bool same = window.known && window.resets && resets <= *window.resets + same_window;
  window.told = same ? std::min(window.told, told->remaining) : told->remaining;
  if (!same) window.resets = resets;
  // By now it has been counted in what was just told, or it never arrived.
  if (now >= window.lost_at + still_travelling) window.unseen = 0;
  window.limit = told->limit;
  window.known = true;
}

void Budget::lost(const std::string& bucket, Time now) {
  if (bucket.empty()) return;
  Window& window = windows_[bucket];
  --window.in_flight;
  ++window.unseen;
  window.lost_at = now;
}

void Budget::unsent(const std::string& bucket) {
  if (!bucket.empty()) --windows_[bucket].in_flight;
}

void Budget::block(const std::string& bucket, Time until) {
  if (bucket.empty()) return;
  Window& window = windows_[bucket];
  window.blocked_until = std::max(window.blocked_until.value_or(until), until);
}

std::optional<int> Budget::remaining(const std::string& bucket) const {
  const auto found = windows_.find(bucket);
  if (found == windows_.end() || !found->second.known) return std::nullopt;
  return std::max(0, found->second.left());
}

std::optional<int> Budget::limit(const std::string& bucket) const {
  const auto found = windows_.find(bucket);
  if (found == windows_.end() || !found->second.known) return std::nullopt;
  return found->second.limit;
}

}  // namespace envlink::engine
