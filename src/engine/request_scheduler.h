#pragma once
// Decides when requests go out: within the budget, a bounded number at a time, and repeats what may safely be
// repeated. Pure: says what may go out now and when to ask again.

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/budget.h"
#include "engine/ports.h"
#include "model/desired.h"

namespace envlink::engine {

using RequestId = std::uint64_t;

/// Requests in flight at once. Enough to keep the connection busy at any latency, few enough for one
/// connection and a fair share.
inline constexpr std::size_t most_under_way = 16;

/// What may be done again without asking, when an attempt brought no good answer.
enum class Repeat {
  never,
  if_not_carried_out,  // a write: only after 429, or when it certainly was not sent
  safely,              // a read: after any passing trouble
};

struct Delivery {
  RequestId id = 0;
  api::Request request;
  api::Outcome outcome;
  Time sent_at{};  // of the last attempt
};

/// The reply as a response when it is a success, else nullptr.
const api::Response* success(const api::Outcome& outcome);

class RequestScheduler {
 public:
  RequestScheduler(const model::ApiSettings& settings, Budget budget)
      : settings_(settings), budget_(std::move(budget)) {
    budget_.disown();
  }

  RequestId enqueue(api::Request request, Repeat repeat);
  /// Drops what has not gone out yet, and says what that was.
  std::vector<RequestId> withdraw_pending();

  struct Notice {
    std::string text;
    Time until{};
  };
  struct Batch {
    std::vector<Call> calls;
    std::optional<Time> wake;
    std::optional<Notice> notice;  // why something is held back, when it is for long; once for each wait
  };
  Batch due(Time now);
  /// The final outcome of a request, or nothing while it will be repeated or when the reply is a stray.
  std::optional<Delivery> receive(Time now, Reply reply);

  /// Of what Render counts together, those that have not gone out yet.
  std::size_t pending(const std::string& bucket) const;
  bool idle() const { return pending_.empty() && under_way_.empty(); }
  std::size_t repeated() const { return repeated_; }
  const Budget& budget() const { return budget_; }

 private:
  struct QueuedRequest {
    RequestId id = 0;
    CallId call = 0;  // while it is under way
    api::Request request;
    std::string bucket;
    std::string_view subject;  // stands in the request
    Repeat repeat = Repeat::never;
    int attempts = 0;
    Time not_before{};
    Time sent_at{};
    std::optional<api::Outcome> trouble;  // why it is sent again
  };
  /// What Render counts together, and how much of it has not gone out yet.
  struct BucketQueue {
    std::string bucket;
    std::size_t pending = 0;
    std::size_t ahead = 0;  // of them, those that a look through has not come to
    bool closed = false;    // to the rest of a look through
  };
  using RequestList = std::list<QueuedRequest>;  // a queued goes from one to the other without being moved
  void append_pending(RequestList& from, RequestList::iterator queued);
  BucketQueue& queue_of(const std::string& bucket);
  bool has_place(const QueuedRequest& queued) const;
  void settle_budget(const QueuedRequest& queued, Time now, const api::Outcome& outcome);
  std::optional<Time> again_at(const QueuedRequest& queued, Time now, const api::Outcome& outcome) const;
  std::string held_back(const QueuedRequest& queued, Time now, Time until) const;

  model::ApiSettings settings_;
  Budget budget_;
  RequestList pending_;              // in the order in which they were handed in
  std::vector<BucketQueue> queues_;  // a handful, in no order
  std::size_t once_sent_ = 0;        // of the pending ones
  RequestList under_way_;            // a handful
  std::optional<Time> last_start_;
  std::optional<Time> said_until_;  // the wait that was spoken of last
  CallId next_call_ = 1;
  RequestId next_id_ = 1;
  std::size_t repeated_ = 0;
};

/// The guide's schedule: backoff, then twice that, and so on. `attempt` counts from 1.
Duration backoff_before_attempt(const model::ApiSettings& settings, int attempt);

}  // namespace envlink::engine
