#pragma once
// One of Render's rate-limit windows: how many requests it still allows. Size and length are learned from
// answers, never assumed: until the window is known, one request is in progress at a time. If another client
// uses the same key, half of the window is left to it.

#include <chrono>
#include <optional>

#include "api/rate_limit_headers.h"
#include "base/time.h"

namespace envlink::engine {

struct Window {
  bool allows(Time now);
  /// When time alone opens it again; unset: only an answer can.
  std::optional<Time> opens() const;

  void sent(Time now);
  /// `told`: unset if the answer did not describe the window.
  void answered(Time sent_at, Time now, const std::optional<api::RateLimit>& told);
  /// The request was sent, but no answer described the window: Render may have counted it.
  void lost(Time now);
  /// The request certainly never reached Render.
  void unsent();
  void block(Time until);
  /// Requests in progress belong to an activity that has ended: their answers will not be reported.
  void disown();

  int left() const { return told - in_flight - unseen; }
  /// For display: a window that has ended counts as full again. Unset before the first answer.
  std::optional<int> remaining(Time now) const;
  /// Requests that envlink may use, without another client's share.
  int ours() const;

  bool known = false;
  int limit = 0;
  int told = 0;                // the lowest Remaining in this window's answers
  int in_flight = 0;           // sent, not answered: `told` may include them
  int unseen = 0;              // ended without an answer
  Time sent_at{};              // of the last request
  Time lost_at{};              // of the last request without an answer
  Time ends_from{};            // the window ends between this time
  std::optional<Time> resets;  // and this one; unset: it has ended, and the new window is not known yet
  std::optional<Time> blocked_until;
  Duration length = std::chrono::minutes(1);

  // Another client is noticed when Render counts more than our own requests explain. In the first window
  // that envlink sees, only what is counted after the first answer is evidence.
  int spent = 0;            // our requests that this window may have counted
  bool from_start = false;  // envlink saw the window begin
  Time last_end{};          // of the previous window
  int first_told = 0;       // Remaining when the comparison began
  int since_first = 0;      // our requests that may have been counted since
  Time first_at{};          // when the comparison began
  Duration watched{};       // from then until the last answered request was sent
  int others = 0;           // requests of other clients, at least
  bool shared = false;      // another client, in this window or the last one with evidence

 private:
  Time ours_from() const;
  Duration forgets_after() const;
  void roll_over(Time now);
  void begin_comparison(const api::RateLimit& answer, Time now);
  void compare(const api::RateLimit& answer, Time asked_at);
};

}  // namespace envlink::engine
