#pragma once
// How many requests each of Render's rate-limit windows still allows. Sizes are learnt from replies, never
// assumed: until a bucket has told its window, one request of it is under way at a time.

#include <map>
#include <optional>
#include <string>

#include "api/failure.h"
#include "base/time.h"

namespace envlink::engine {

class Budget {
 public:
  bool allows(const std::string& bucket, Time now);
  /// When it allows again by time alone; unset: only an answer can tell.
  std::optional<Time> opens(const std::string& bucket) const;

  void sent(const std::string& bucket);
  void answered(const std::string& bucket, Time now, const std::optional<api::RateLimit>& told);
  /// Went out, and no answer told of the window: it may have been counted.
  void lost(const std::string& bucket, Time now);
  /// Certainly never reached Render.
  void unsent(const std::string& bucket);
  void block(const std::string& bucket, Time until);

  /// Requests left in the window as far as known; unset before the first answer.
  std::optional<int> remaining(const std::string& bucket) const;
  /// The window's size; unset before the first answer.
  std::optional<int> limit(const std::string& bucket) const;

 private:
  struct Window {
    bool known = false;
    int limit = 0;
    int told = 0;                // the lowest Remaining that this window's answers told
    int in_flight = 0;           // sent, no answer yet: perhaps counted in `told`, perhaps not
    int unseen = 0;              // ended without an answer since
    Time lost_at{};              // the last of those
    std::optional<Time> resets;  // at the latest; unset: it has, and the new window has not been told yet
    std::optional<Time> blocked_until;
    int left() const { return told - in_flight - unseen; }
  };
  std::map<std::string, Window> windows_;
};

}  // namespace envlink::engine
