#include "engine/window.h"

#include <algorithm>
#include <utility>

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
int Window::ours() const {
  return shared ? std::max(1, limit / 2) : limit;
}

/// When the next request of our share may be sent. The last one waits for the middle of the window: only an
/// answer long after the first can show whether the other client is still active.
Time Window::ours_from() const {
  if (!shared || spent < ours() - 1) return Time::min();
  if (spent >= ours()) return Time::max();
  return resets && ours() > 1 ? *resets - length / 2 : Time::min();
}

/// A lost request may be counted until it can no longer arrive. It is remembered until the window after that
/// has ended.
Duration Window::forgets_after() const {
  return length + latest_arrival + 5 * rounding;
}

void Window::roll_over(Time now) {
  // A window that allows envlink one request gives no evidence.
  if (others == 0 && (watched >= length / 4 || limit / 2 <= 1)) shared = false;
  watched = Duration::zero();
  others = 0;
  spent = in_flight;
  since_first = in_flight + unseen;
  from_start = true;
  first_at = now;
  last_end = *std::exchange(resets, std::nullopt);
}

void Window::begin_comparison(const api::RateLimit& answer, Time now) {
  from_start = false;
  first_told = answer.remaining;
  first_at = now;
  since_first = in_flight + unseen;
}

void Window::compare(const api::RateLimit& answer, Time asked_at) {
  watched = std::max(watched, asked_at - first_at);
  others = std::max(others, first_told - answer.remaining - since_first);
  shared = shared || others > 0;
}

bool Window::allows(Time now) {
  if (blocked_until) {
    if (now < *blocked_until) return false;
    blocked_until.reset();
  }
  if (!known && now >= sent_at + waited_for) return true;
  if (!known) return in_flight == 0;
  if (resets && now >= *resets) {
    told = limit;
    roll_over(now);
  }
  if (!resets && unseen > 0 && now >= lost_at + forgets_after()) {
    unseen = 0;
    spent = in_flight;
  }
  if (now < ours_from()) return false;
  return left() > 0;
}

std::optional<Time> Window::opens() const {
  if (blocked_until) return blocked_until;
  if (!known) return in_flight == 0 ? std::nullopt : std::optional(sent_at + waited_for);
  // A window filled only by requests in progress opens when one of them is answered, if that is sooner.
  if (left() > 0 && ours_from() != Time::max())
    return ours_from() == Time::min() ? std::nullopt : std::optional(ours_from());
  if (!resets && unseen > 0) return lost_at + forgets_after();
  return resets;
}

void Window::sent(Time now) {
  ++in_flight;
  ++spent;
  ++since_first;
  sent_at = now;
}

void Window::answered(Time asked_at, Time now, const std::optional<api::RateLimit>& answer) {
  if (!answer) return lost(now);
  --in_flight;
  // Render counted the request and read its clock at some time between these two.
  const Time answer_ends_from = asked_at + answer->reset;
  const Time answer_resets = now + answer->reset + rounding;
  const bool older = resets && answer_resets + same_window < ends_from;
  if (older) return;
  if (known && resets && answer_ends_from <= *resets + same_window) {
    // Answers overtake each other: a Remaining higher than before is ignored, even if the limit has grown. It
    // belongs to the next window.
    told = std::min(told, answer->remaining);
    ends_from = std::max(ends_from, answer_ends_from);
    if (answer->limit != limit) begin_comparison(*answer, now);
  } else {
    if (known && resets) {
      roll_over(now);
      ++spent;
      ++since_first;
    }
    told = answer->remaining;
    ends_from = answer_ends_from;
    resets = answer_resets;
    first_told = answer->limit;
    const bool of_the_last = answer_ends_from <= last_end + same_window;
    if (!from_start || of_the_last) begin_comparison(*answer, now);
  }
  compare(*answer, asked_at);
  // By now a lost request is counted in this answer, or it never arrived.
  if (asked_at >= lost_at + latest_arrival) unseen = 0;
  if (answer->reset > std::chrono::minutes(1)) length = std::chrono::hours(1);
  limit = answer->limit;
  known = true;
}

void Window::lost(Time now) {
  --in_flight;
  ++unseen;
  lost_at = now;
}

void Window::unsent() {
  --in_flight;
  spent = std::max(0, spent - 1);
  --since_first;
}

void Window::block(Time until) {
  blocked_until = std::max(blocked_until.value_or(until), until);
}

void Window::disown() {
  if (in_flight == 0) return;
  unseen += std::exchange(in_flight, 0);
  lost_at = std::max(lost_at, sent_at);
}

std::optional<int> Window::remaining(Time now) const {
  if (!known) return std::nullopt;
  const bool over = resets && now >= *resets;
  return std::max(0, over ? limit - in_flight : left());
}

}  // namespace envlink::engine
