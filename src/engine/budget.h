#pragma once
// How many requests each of Render's rate-limit windows still allows. Sizes and lengths are learnt from
// replies, never assumed: until a bucket has told its window, one request of it is under way at a time.
// Another client that uses the same key is noticed, and half of the window is left to it.

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
  /// When it allows again by time alone; unset: only an answer can tell.
  std::optional<Time> opens(const std::string& bucket) const;

  void sent(const std::string& bucket, Time now);
  void answered(const std::string& bucket, Time sent_at, Time now, const std::optional<api::RateLimit>& told);
  /// Went out, and no answer told of the window: it may have been counted.
  void lost(const std::string& bucket, Time now);
  /// Certainly never reached Render.
  void unsent(const std::string& bucket);
  void block(const std::string& bucket, Time until);
  /// What is under way belongs to an activity that is over: nobody will tell of its answers.
  void disown();

  /// Requests left in the window as far as known; unset before the first answer.
  std::optional<int> remaining(const std::string& bucket) const;
  /// The same for people who watch: a window whose end has passed is whole again.
  std::optional<int> remaining(const std::string& bucket, Time now) const;
  /// The window's size; unset before the first answer.
  std::optional<int> limit(const std::string& bucket) const;
  /// What envlink may take in a minute, another client's part left out; unset before the first answer.
  std::optional<int> per_minute(const std::string& bucket) const;
  /// Its first request is under way: what holds the next one back is no limit yet.
  bool probing(const std::string& bucket) const;
  /// Another client was noticed: more was counted than our own requests explain.
  bool shared(const std::string& bucket) const;

 private:
  struct Window {
    bool known = false;
    int limit = 0;
    int told = 0;                // the lowest Remaining that this window's answers told
    int in_flight = 0;           // sent, no answer yet: perhaps counted in `told`, perhaps not
    int unseen = 0;              // ended without an answer since
    Time sent_at{};              // the last that went out
    Time lost_at{};              // the last that ended without an answer
    Time ends_from{};            // the window ends between this
    std::optional<Time> resets;  // and this; unset: it has, and the new window has not been told yet
    std::optional<Time> blocked_until;
    Duration length = std::chrono::minutes(1);

    // Another client is noticed by what is counted of a window and not explained by our own requests. Of the
    // first window that we see, only what is counted after its first answer says anything.
    int spent = 0;            // of our requests, those that this window may have counted
    bool from_start = false;  // we were there when it began
    Time last_end{};          // of the window before
    int first_told = 0;       // left when the comparison began
    int since_first = 0;      // of our requests, those that may have been counted after that
    Time first_at{};          // when that was
    Duration watched{};       // how long after it the last answer was asked for
    int others = 0;           // requests that were not ours, at least
    bool shared = false;      // with another client, in this window or the last that could tell

    int left() const { return told - in_flight - unseen; }
    int ours() const;
    Time ours_from() const;
    Duration forgets_after() const;
    void roll_over(Time now);
    void begin_comparison(const api::RateLimit& answer, Time now);
    void compare(const api::RateLimit& answer, Time asked_at);
  };
  // A handful: looking through them is quicker than any order.
  using Windows = std::vector<std::pair<std::string, Window>>;
  const Window* find(const std::string& bucket) const;
  Window& window_of(const std::string& bucket);
  Windows windows_;
};

}  // namespace envlink::engine
