#pragma once
// Decides when requests are sent: within the budget and a bounded number at a time. Repeats what may safely
// be repeated. Pure: returns what may be sent now and when to ask again.

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

/// Requests in progress at once: enough to keep the connection busy at any latency, few enough for one
/// connection and a fair share.
inline constexpr std::size_t most_under_way = 16;

/// When a request may be repeated without asking, after an attempt that failed.
enum class Repeat {
  never,
  if_not_carried_out,  // a write: only after 429, or if it certainly was not sent
  safely,              // a read: after any passing error
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
  /// Drops the requests not sent yet and returns their ids.
  std::vector<RequestId> withdraw_pending();

  struct Notice {
    std::string text;
    Time until{};
  };
  struct Batch {
    std::vector<Call> calls;
    std::optional<Time> wake;
    std::optional<Notice> notice;  // why a request is held back for long; once per wait
  };
  Batch due(Time now);
  /// The final outcome of a request; nullopt if it will be repeated or the reply belongs to no call.
  std::optional<Delivery> receive(Time now, Reply reply);

  /// Requests of this bucket that are not sent yet.
  std::size_t pending(const std::string& bucket) const;
  bool idle() const { return pending_.empty() && under_way_.empty(); }
  std::size_t repeated() const { return repeated_; }
  const Budget& budget() const { return budget_; }
  Budget& budget() { return budget_; }

 private:
  struct QueuedRequest {
    RequestId id = 0;
    CallId call = 0;  // while it is in progress
    api::Request request;
    std::string bucket;
    std::string_view subject;  // points into `request`
    Repeat repeat = Repeat::never;
    int attempts = 0;
    Time not_before{};
    Time sent_at{};
    std::optional<api::Outcome> trouble;  // why it is sent again
  };
  /// Requests that Render counts together and that are not sent yet.
  struct BucketQueue {
    std::string bucket;
    std::size_t pending = 0;
    std::size_t ahead = 0;  // those that the current pass has not reached
    bool closed = false;    // for the rest of the current pass
  };
  using RequestList = std::list<QueuedRequest>;  // entries are spliced between lists, never moved
  void append_pending(RequestList& from, RequestList::iterator queued);
  BucketQueue& queue_of(const std::string& bucket);
  bool has_place(const QueuedRequest& queued) const;
  void settle_budget(const QueuedRequest& queued, Time now, const api::Outcome& outcome);
  std::optional<Time> again_at(const QueuedRequest& queued, Time now, const api::Outcome& outcome) const;
  std::string held_back(const QueuedRequest& queued, Time now, Time until) const;

  model::ApiSettings settings_;
  Budget budget_;
  RequestList pending_;              // in the order of `enqueue`
  std::vector<BucketQueue> queues_;  // few, in no order
  std::size_t once_sent_ = 0;        // number of pending requests that were sent before
  RequestList under_way_;            // few
  std::optional<Time> last_start_;
  std::optional<Time> said_until_;  // end of the wait that was reported last
  CallId next_call_ = 1;
  RequestId next_id_ = 1;
  std::size_t repeated_ = 0;
};

/// Exponential: `backoff`, then twice that, and so on. `attempt` counts from 1.
Duration backoff_before_attempt(const model::ApiSettings& settings, int attempt);

}  // namespace envlink::engine
