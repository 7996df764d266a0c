#pragma once
// The rate-limit windows of one API key, shared by the processes that use one store. Each is allotted
// requests before it sends them; what is allotted counts as in progress until it is reported, so together
// they never send more than a window allows. Pure: the text form is kept in the store, and every change
// replaces it as a whole. Times are the database's.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/budget.h"

namespace envlink::engine {

/// What a process says each time it asks.
struct Settlement {
  std::string process{};  // random; new for each process
  std::int64_t turn = 0;  // counts its settlements: one that is stored is not carried out twice
  std::vector<Use> uses{};
  ByBucket<int> unsent{};  // gives back
  ByBucket<int> wanted{};
};

class SharedWindows {
 public:
  /// An empty text has no windows. Fails if it is damaged or a newer envlink wrote it.
  static Result<SharedWindows> from_json(std::string_view text);
  std::string to_json() const;

  /// What the process may send. `until` of the result is unset.
  Allotment settle(const Settlement& said, Time now);
  /// Whether this settlement was carried out before.
  bool has(const Settlement& said) const;
  /// The result of the process's last settlement.
  Allotment last(const std::string& process) const;

  struct Sharer {
    std::string process{};
    std::int64_t turn = 0;
    Time seen{};
    ByBucket<int> allotted{};  // not reported yet
    ByBucket<int> granted{};   // the part of it that the last settlement allotted
  };
  struct State {
    int version = 1;
    ByBucket<Window> windows{};
    std::vector<Sharer> sharers{};
  };

 private:
  void forget_the_silent(const std::string& but, Time now);
  void forget_what_is_over(Time now);
  void report(Sharer& sharer, const Use& use, Time now);
  State state_;
};

/// Allotted at once: as many as a process sends at a time.
inline constexpr int most_at_once = 16;
/// A process that was silent this long is gone: what was allotted to it may have been sent.
inline constexpr Duration sharer_is_gone = std::chrono::seconds(60);
/// Allotted requests are sent within this time, or not at all.
inline constexpr Duration sent_within = std::chrono::seconds(30);

}  // namespace envlink::engine
