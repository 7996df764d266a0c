#pragma once
// How fast requests may follow each other: Render's Retry-After, and `api.min_interval` of the file.

#include <map>
#include <optional>
#include <string>

#include "api/message.h"
#include "base/time.h"

namespace envlink::simulation {

class RateOracle {
 public:
  explicit RateOracle(Duration min_interval) : min_interval_(min_interval) {}

  /// The interval applies within an activity. Retry-After applies across activities.
  void activity_begins() { last_.reset(); }
  /// The next process does not know the limits that this one was told.
  void process_ended() { closed_until_.clear(); }
  void sent(Time at, const api::Request& request);
  void told(Time at, const api::Request& request, const api::Outcome& outcome);

 private:
  Duration min_interval_;
  std::optional<Time> last_;
  std::map<std::string, Time> closed_until_;  // by bucket
};

}  // namespace envlink::simulation
