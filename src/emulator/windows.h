#pragma once
// Render's rate limits: fixed windows aligned to the UTC minute (services created: hour), one per bucket.
// The limits were observed in Render's headers.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/message.h"
#include "base/time.h"
#include "emulator/workspace.h"

namespace envlink::emulator {

struct Allowance {
  bool allowed = true;
  int limit = 0;
  int remaining = 0;
  int reset = 0;        // whole seconds left in the window, rounded down: 0 in its last second
  int retry_after = 1;  // the same rounded up: after that many seconds the window has ended
};

enum class BucketKind { reads, logs, log_streams, writes, creates, domains, service, cron_jobs };
constexpr auto words(BucketKind) {
  return std::to_array<std::string_view>(
      {"reads", "logs", "log_streams", "writes", "creates", "domains", "service", "service crn"});
}

struct Bucket {
  BucketKind kind = BucketKind::reads;
  std::size_t service = 0;  // its index; for BucketKind::service only
};

class RateWindows {
 public:
  explicit RateWindows(const Behaviour& behaviour);
  void add_service();
  Allowance take(Bucket bucket, Time now);
  Allowance peek(Bucket bucket, Time now) const;

  struct Used {
    Bucket bucket;
    Allowance allowance;
  };
  /// The buckets used in their current window.
  std::vector<Used> used(Time now) const;

 private:
  struct Window {
    std::int64_t number = -1;  // of the window since 1970
    int taken = 0;
  };
  std::size_t slot(Bucket bucket) const;
  int limit_of(BucketKind kind) const;
  Allowance look(Bucket bucket, const Window& window, Time now) const;

  Behaviour behaviour_;
  std::vector<Window> windows_;  // one per BucketKind but `service`, then one per service
};

}  // namespace envlink::emulator
