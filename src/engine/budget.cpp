#include "engine/budget.h"

#include <algorithm>
#include <utility>

#include "api/rate_limit_headers.h"
#include "engine/attribution.h"

namespace envlink::engine {
namespace {

// Render rounds Reset down to whole seconds, so a window may last up to a second longer.
constexpr Duration rounding = std::chrono::seconds(1);
// Two answers whose window ends are this close describe the same window.
constexpr Duration same_window = std::chrono::seconds(3);
// Before a window is known, a request that hangs delays the others no longer than this.
constexpr Duration waited_for = std::chrono::seconds(10);

}  // namespace

/// At most half of a window that another client uses too, and at least one request: neither client starves.
int Budget::Window::ours() const {
  return std::max(1, limit / 2);
}

/// When the next request of our share may be sent. The last one waits for the middle of the window: only an
/// answer long after the first can show whether the other client is still active.
Time Budget::Window::ours_from() const {
  if (!shared || spent < ours() - 1) return Time::min();
  if (spent >= ours()) return Time::max();
  return resets && ours() > 1 ? *resets - length / 2 : Time::min();
}

/// A lost request may be counted until it can no longer arrive. It is remembered until the window after that
/// has ended.
Duration Budget::Window::forgets_after() const {
  return length + latest_arrival + 5 * rounding;
}

void Budget::Window::roll_over(Time now) {
  // A window that allows envlink one request gives no evidence.
  if (others == 0 && (watched >= length / 4 || ours() == 1)) shared = false;
  watched = Duration::zero();
  others = 0;
  spent = in_flight;
  since_first = in_flight + unseen;
  from_start = true;
  first_at = now;
  last_end = *std::exchange(resets, std::nullopt);
}

void Budget::Window::begin_comparison(const api::RateLimit& answer, Time now) {
  from_start = false;
  first_told = answer.remaining;
  first_at = now;
  since_first = in_flight + unseen;
}

void Budget::Window::compare(const api::RateLimit& answer, Time asked_at) {
  watched = std::max(watched, asked_at - first_at);
  others = std::max(others, first_told - answer.remaining - since_first);
  shared = shared || others > 0;
}

const Budget::Window* Budget::find(const std::string& bucket) const {
  const auto found = std::ranges::find(windows_, bucket, &Windows::value_type::first);
  return found == windows_.end() ? nullptr : &found->second;
}

Budget::Window& Budget::window_of(const std::string& bucket) {
  const auto found = std::ranges::find(windows_, bucket, &Windows::value_type::first);
  return found != windows_.end() ? found->second : windows_.emplace_back(bucket, Window{}).second;
}

bool Budget::allows(const std::string& bucket, Time now) {
  if (bucket.empty()) return true;
  Window& window = window_of(bucket);
  if (window.blocked_until) {
    if (now < *window.blocked_until) return false;
    window.blocked_until.reset();
  }
  if (!window.known && now >= window.sent_at + waited_for) return true;
  if (!window.known) return window.in_flight == 0;
  if (window.resets && now >= *window.resets) {
    window.told = window.limit;
    window.roll_over(now);
  }
  if (!window.resets && window.unseen > 0 && now >= window.lost_at + window.forgets_after()) {
    window.unseen = 0;
    window.spent = window.in_flight;
  }
  if (now < window.ours_from()) return false;
  return window.left() > 0;
}

std::optional<Time> Budget::opens(const std::string& bucket) const {
  const Window* found = find(bucket);
  if (found == nullptr) return std::nullopt;
  const Window& window = *found;
  if (window.blocked_until) return window.blocked_until;
  if (!window.known) {
    return window.in_flight == 0 ? std::nullopt : std::optional(window.sent_at + waited_for);
  }
  // A window filled only by requests in progress opens when one of them is answered, if that is sooner.
  if (window.left() > 0 && window.ours_from() != Time::max()) {
    return window.ours_from() == Time::min() ? std::nullopt : std::optional(window.ours_from());
  }
  if (!window.resets && window.unseen > 0) return window.lost_at + window.forgets_after();
  return window.resets;
}

void Budget::sent(const std::string& bucket, Time now) {
  if (bucket.empty()) return;
  Window& window = window_of(bucket);
  ++window.in_flight;
  ++window.spent;
  ++window.since_first;
  window.sent_at = now;
}

void Budget::answered(const std::string& bucket, Time sent_at, Time now,
                      const std::optional<api::RateLimit>& told) {
  if (bucket.empty()) return;
  if (!told) return lost(bucket, now);
  Window& window = window_of(bucket);
  --window.in_flight;
  // Render counted the request and read its clock at some time between these two.
  const Time ends_from = sent_at + told->reset;
  const Time resets = now + told->reset + rounding;
  const bool older = window.resets && resets + same_window < window.ends_from;
  if (older) return;
  if (window.known && window.resets && ends_from <= *window.resets + same_window) {
    // Answers overtake each other: a Remaining higher than before is ignored, even if the limit has grown. It
    // belongs to the next window.
    window.told = std::min(window.told, told->remaining);
    window.ends_from = std::max(window.ends_from, ends_from);
    if (told->limit != window.limit) window.begin_comparison(*told, now);
  } else {
    if (window.known && window.resets) {
      window.roll_over(now);
      ++window.spent;
      ++window.since_first;
    }
    window.told = told->remaining;
    window.ends_from = ends_from;
    window.resets = resets;
    window.first_told = told->limit;
    const bool of_the_last = ends_from <= window.last_end + same_window;
    if (!window.from_start || of_the_last) window.begin_comparison(*told, now);
  }
  window.compare(*told, sent_at);
  // By now a lost request is counted in this answer, or it never arrived.
  if (sent_at >= window.lost_at + latest_arrival) window.unseen = 0;
  if (told->reset > std::chrono::minutes(1)) window.length = std::chrono::hours(1);
  window.limit = told->limit;
  window.known = true;
}

void Budget::lost(const std::string& bucket, Time now) {
  if (bucket.empty()) return;
  Window& window = window_of(bucket);
  --window.in_flight;
  ++window.unseen;
  window.lost_at = now;
}

void Budget::unsent(const std::string& bucket) {
  if (bucket.empty()) return;
  Window& window = window_of(bucket);
  --window.in_flight;
  window.spent = std::max(0, window.spent - 1);
  --window.since_first;
}

void Budget::block(const std::string& bucket, Time until) {
  if (bucket.empty()) return;
  Window& window = window_of(bucket);
  window.blocked_until = std::max(window.blocked_until.value_or(until), until);
}

void Budget::disown() {
  for (auto& [bucket, window] : windows_) {
    if (window.in_flight == 0) continue;
    window.unseen += std::exchange(window.in_flight, 0);
    window.lost_at = std::max(window.lost_at, window.sent_at);
  }
}

std::optional<int> Budget::remaining(const std::string& bucket) const {
  const Window* found = find(bucket);
  if (found == nullptr || !found->known) return std::nullopt;
  return std::max(0, found->left());
}

std::optional<int> Budget::remaining(const std::string& bucket, Time now) const {
  const Window* found = find(bucket);
  if (found == nullptr || !found->known) return std::nullopt;
  const bool over = found->resets && now >= *found->resets;
  return std::max(0, over ? found->limit - found->in_flight : found->left());
}

std::optional<int> Budget::limit(const std::string& bucket) const {
  const Window* found = find(bucket);
  if (found == nullptr || !found->known) return std::nullopt;
  return found->limit;
}

std::optional<int> Budget::per_minute(const std::string& bucket) const {
  const Window* found = find(bucket);
  if (found == nullptr || !found->known) return std::nullopt;
  const Window& window = *found;
  const auto minutes = static_cast<int>(window.length / std::chrono::minutes(1));
  return std::max(1, (window.shared ? window.ours() : window.limit) / minutes);
}

bool Budget::probing(const std::string& bucket) const {
  const Window* found = find(bucket);
  return found != nullptr && !found->known && !found->blocked_until;
}

bool Budget::shared(const std::string& bucket) const {
  const Window* found = find(bucket);
  return found != nullptr && found->shared;
}

}  // namespace envlink::engine
