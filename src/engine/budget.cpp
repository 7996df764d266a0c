#include "engine/budget.h"

#include <algorithm>
#include <utility>

namespace envlink::engine {

const Window* Budget::find(const std::string& bucket) const {
  const auto found = std::ranges::find(windows_, bucket, &InBucket<Window>::bucket);
  return found == windows_.end() ? nullptr : &found->entry;
}

Window& Budget::window_of(const std::string& bucket) {
  return entry_of(windows_, bucket);
}

bool Budget::allows(const std::string& bucket, Time now) {
  if (bucket.empty()) return true;
  Window& window = window_of(bucket);
  if (!is_allotted_) return window.allows(now);
  const bool blocked = window.blocked_until && now < *window.blocked_until;
  return !blocked && now < allotted_until_ && entry_of(left_, bucket) > 0;
}

std::optional<Time> Budget::opens(const std::string& bucket) const {
  const Window* window = find(bucket);
  return window == nullptr ? std::nullopt : window->opens();
}

void Budget::want(const std::string& bucket, int pending) {
  if (is_allotted_) entry_of(wanted_, bucket) = pending;
}

void Budget::sent(const std::string& bucket, Time now) {
  if (bucket.empty()) return;
  if (!is_allotted_) return window_of(bucket).sent(now);
  --entry_of(left_, bucket);
  ++entry_of(in_flight_, bucket);
}

void Budget::answered(const std::string& bucket, Time sent_at, Time now,
                      const std::optional<api::RateLimit>& told) {
  if (bucket.empty()) return;
  if (!is_allotted_) return window_of(bucket).answered(sent_at, now, told);
  if (!told) return lost(bucket, now);
  --entry_of(in_flight_, bucket);
  uses_.push_back(
      {.bucket = bucket, .kind = Use::Kind::answered, .at = now, .sent_at = sent_at, .told = told});
}

void Budget::lost(const std::string& bucket, Time now) {
  if (bucket.empty()) return;
  if (!is_allotted_) return window_of(bucket).lost(now);
  --entry_of(in_flight_, bucket);
  uses_.push_back({.bucket = bucket, .kind = Use::Kind::lost, .at = now});
}

void Budget::unsent(const std::string& bucket) {
  if (bucket.empty()) return;
  if (!is_allotted_) return window_of(bucket).unsent();
  --entry_of(in_flight_, bucket);
  uses_.push_back({.bucket = bucket, .kind = Use::Kind::unsent});
}

void Budget::block(const std::string& bucket, Time until) {
  if (bucket.empty()) return;
  window_of(bucket).block(until);
  if (is_allotted_) uses_.push_back({.bucket = bucket, .kind = Use::Kind::blocked, .at = until});
}

void Budget::disown() {
  if (!is_allotted_) {
    for (auto& [bucket, window] : windows_) window.disown();
    return;
  }
  for (auto& [bucket, count] : in_flight_) {
    // The others learn the time when they are told.
    for (; count > 0; --count)
      uses_.push_back({.bucket = bucket, .kind = Use::Kind::lost, .at = Time::max()});
  }
}

std::optional<int> Budget::remaining(const std::string& bucket) const {
  const Window* window = find(bucket);
  if (window == nullptr || !window->known) return std::nullopt;
  return std::max(0, window->left());
}

std::optional<int> Budget::remaining(const std::string& bucket, Time now) const {
  const Window* window = find(bucket);
  return window == nullptr ? std::nullopt : window->remaining(now);
}

std::optional<int> Budget::limit(const std::string& bucket) const {
  const Window* window = find(bucket);
  if (window == nullptr || !window->known) return std::nullopt;
  return window->limit;
}

std::optional<int> Budget::per_minute(const std::string& bucket) const {
  const Window* window = find(bucket);
  if (window == nullptr || !window->known) return std::nullopt;
  const auto minutes = static_cast<int>(window->length / std::chrono::minutes(1));
  return std::max(1, window->ours() / minutes / sharers_);
}

bool Budget::probing(const std::string& bucket) const {
  const Window* window = find(bucket);
  return window != nullptr && !window->known && !window->blocked_until;
}

bool Budget::shared(const std::string& bucket) const {
  const Window* window = find(bucket);
  return window != nullptr && window->shared;
}

void Budget::allot(Allotment allotment) {
  is_allotted_ = true;
  windows_ = std::move(allotment.windows);
  left_ = std::move(allotment.requests);
  sharers_ = allotment.sharers;
  allotted_until_ = allotment.until;
  wanted_.clear();
}

void Budget::count_alone() {
  if (!std::exchange(is_allotted_, false)) return;
  for (auto& [bucket, window] : windows_) window.shared = window.shared || sharers_ > 1;
  sharers_ = 1;
  left_.clear();
  wanted_.clear();
  uses_.clear();
  // The windows have what all sharers were allotted as requests in progress; only our own are.
  for (auto& [bucket, window] : windows_) {
    const int own = entry_of(in_flight_, bucket);
    window.unseen += std::max(0, window.in_flight - own);
    window.lost_at = std::max(window.lost_at, window.sent_at);
    window.in_flight = own;
  }
  in_flight_.clear();
}

ByBucket<int> Budget::give_back() {
  return std::exchange(left_, {});
}

bool Budget::has_allotted() const {
  return std::ranges::any_of(left_, [](const InBucket<int>& one) { return one.entry > 0; });
}

std::vector<Use> Budget::take_uses() {
  return std::exchange(uses_, {});
}

}  // namespace envlink::engine
