#pragma once
// How many requests each of Render's rate-limit windows still allows. Sizes and lengths are learned from
// answers, never assumed: until a bucket's window is known, one of its requests is in progress at a time. If
// another client uses the same key, half of the window is left to it.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/rate_limit_headers.h"
#include "base/time.h"

namespace envlink::engine {

class Budget {
 public:
  bool allows(const std::string& bucket, Time now);
  /// When time alone opens the bucket again; unset: only an answer can.
  std::optional<Time> opens(const std::string& bucket) const;

  void sent(const std::string& bucket, Time now);
  void answered(const std::string& bucket, Time sent_at, Time now, const std::optional<api::RateLimit>& told);
  /// The request was sent, but no answer described the window: Render may have counted it.
  void lost(const std::string& bucket, Time now);
  /// The request certainly never reached Render.
  void unsent(const std::string& bucket);
  void block(const std::string& bucket, Time until);
  /// Requests in progress belong to an activity that has ended: their answers will not be reported here.
  void disown();

  /// Requests left in the window as far as known; unset before the first answer.
  std::optional<int> remaining(const std::string& bucket) const;
  /// The same for display: a window that has ended counts as full again.
  std::optional<int> remaining(const std::string& bucket, Time now) const;
  /// The window's size; unset before the first answer.
  std::optional<int> limit(const std::string& bucket) const;
  /// Requests per minute that envlink may use, without another client's share; unset before the first answer.
  std::optional<int> per_minute(const std::string& bucket) const;
  /// The first request is in progress: it holds the next one back, not a limit.
  bool probing(const std::string& bucket) const;
  /// Another client was noticed: Render counted more requests than envlink sent.
  bool shared(const std::string& bucket) const;

 private:
  struct Window {
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

    int left() const { return told - in_flight - unseen; }
    int ours() const;
    Time ours_from() const;
    Duration forgets_after() const;
    void roll_over(Time now);
    void begin_comparison(const api::RateLimit& answer, Time now);
    void compare(const api::RateLimit& answer, Time asked_at);
  };
  // So few that a linear search is fastest.
  using Windows = std::vector<std::pair<std::string, Window>>;
  const Window* find(const std::string& bucket) const;
  Window& window_of(const std::string& bucket);
  Windows windows_;
};

}  // namespace envlink::engine
