#pragma once
// What an activity may send now, in each of Render's rate-limit buckets: by the windows that its answers
// describe (engine/window.h), or by what was allotted to it if several processes share the key
// (engine/shared_windows.h).

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/rate_limit_headers.h"
#include "base/time.h"
#include "engine/window.h"

namespace envlink::engine {

template <class T>
struct InBucket {
  std::string bucket{};
  T entry{};
};
/// So few that a linear search is fastest.
template <class T>
using ByBucket = std::vector<InBucket<T>>;

/// The bucket's entry, made if it is missing.
template <class T>
T& entry_of(ByBucket<T>& list, const std::string& bucket) {
  const auto found = std::ranges::find(list, bucket, &InBucket<T>::bucket);
  return found != list.end() ? found->entry : list.emplace_back(bucket, T{}).entry;
}

/// What became of a request, for the others who share the key.
struct Use {
  enum class Kind { answered, lost, unsent, blocked };
  std::string bucket{};
  Kind kind = Kind::answered;
  Time at{};       // blocked: until then
  Time sent_at{};  // answered
  std::optional<api::RateLimit> told{};
};

/// What one process may send, and how the shared windows look to it.
struct Allotment {
  ByBucket<int> requests{};
  ByBucket<Window> windows{};
  int sharers = 1;  // processes that used the key in the last minute
  Time until{};     // unsent requests are given back then
};

class Budget {
 public:
  bool allows(const std::string& bucket, Time now);
  /// When time alone opens the bucket again; unset: only an answer can.
  std::optional<Time> opens(const std::string& bucket) const;
  /// `pending` requests wait because the bucket does not allow the first of them.
  void want(const std::string& bucket, int pending);

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
  /// Requests per minute that this process may use, without the shares of others; unset before the first
  /// answer.
  std::optional<int> per_minute(const std::string& bucket) const;
  /// The first request is in progress: it holds the next one back, not a limit.
  bool probing(const std::string& bucket) const;
  /// Another client was noticed: Render counted more requests than envlink sent.
  bool shared(const std::string& bucket) const;

  // For processes that share the key.

  /// From now on only what is allotted is sent. What an earlier allotment left unsent is forgotten.
  void allot(Allotment allotment);
  /// From now on the windows count again, as if the other processes were other clients.
  void count_alone();
  bool is_allotted() const { return is_allotted_; }
  /// What became of allotted requests since this was called last.
  std::vector<Use> take_uses();
  bool has_uses() const { return !uses_.empty(); }
  /// Requests that were not allowed since the last allotment.
  const ByBucket<int>& wanted() const { return wanted_; }
  /// Allotted requests that were not sent, and from now on are not.
  ByBucket<int> give_back();
  bool has_allotted() const;

 private:
  const Window* find(const std::string& bucket) const;
  Window& window_of(const std::string& bucket);

  ByBucket<Window> windows_;
  bool is_allotted_ = false;
  int sharers_ = 1;
  Time allotted_until_{};
  ByBucket<int> left_;       // of the allotment
  ByBucket<int> in_flight_;  // allotted and sent, not answered
  ByBucket<int> wanted_;
  std::vector<Use> uses_;
};

}  // namespace envlink::engine
